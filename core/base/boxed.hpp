// SPDX-License-Identifier: Apache-2.0
// A value that is there or is not, on the heap: for what most objects do not have and what is
// large, so that its absence costs one pointer. The words are those of std::optional; copies are
// deep.
#pragma once

#include <memory>
#include <optional>
#include <utility>

namespace assay {

template <class T>
class Boxed {
public:
    Boxed() = default;
    // NOLINTNEXTLINE(google-explicit-constructor): a T is one that is there, as for std::optional
    Boxed(T value) : value_(std::make_unique<T>(std::move(value))) {}
    Boxed(const Boxed& other) : value_(other ? std::make_unique<T>(*other) : nullptr) {}
    Boxed(Boxed&&) noexcept = default;
    Boxed& operator=(Boxed other) noexcept {
        value_ = std::move(other.value_);
        return *this;
    }
    ~Boxed() = default;

    [[nodiscard]] bool has_value() const { return value_ != nullptr; }
    explicit operator bool() const { return has_value(); }
    [[nodiscard]] const T& operator*() const { return *value_; }
    [[nodiscard]] T& operator*() { return *value_; }
    const T* operator->() const { return value_.get(); }
    T* operator->() { return value_.get(); }
    /// Throws std::bad_optional_access when there is none.
    [[nodiscard]] const T& value() const {
        if (!value_) throw std::bad_optional_access();
        return *value_;
    }

    /// A new T {}, in the place of one that is there.
    T& emplace() { return *(value_ = std::make_unique<T>()); }
    void reset() { value_.reset(); }

private:
    std::unique_ptr<T> value_;
};

}  // namespace assay
