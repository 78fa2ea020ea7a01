// SPDX-License-Identifier: Apache-2.0
// Memory that ends at a page which nobody may touch, and that can be taken away as a whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "assay/ops.h"

namespace assay {

/// Pages of its own, the last one without any access.
class GuardedPages {
public:
    /// At least `bytes` before the guard. Throws Error.
    explicit GuardedPages(std::uint64_t bytes);
    ~GuardedPages();
    GuardedPages(const GuardedPages&) = delete;
    GuardedPages& operator=(const GuardedPages&) = delete;

    /// The place whose `bytes` bytes end at the guard.
    [[nodiscard]] std::byte* last(std::uint64_t bytes) const { return guard_ - bytes; }
    [[nodiscard]] std::byte* begin() const { return begin_; }
    /// From here on every access is a fault.
    void take_away() const;

private:
    std::byte *begin_, *guard_;
    std::uint64_t page_;
};

/// Objects one after the other in guarded pages.
class Arena {
public:
    Arena() : pages_(std::uint64_t{64} * 1024), next_(pages_.begin()) {}

    /// A copy of `size` bytes, aligned to 16.
    void* put(const void* from, std::uint64_t size) {
        std::byte* at = next_;
        if (size > 0) std::memcpy(at, from, size);
        next_ += (size + 15) / 16 * 16;
        return at;
    }
    template <class T>
    T* put(const T& object) {
        return static_cast<T*>(put(&object, sizeof(object)));
    }
    const char* put_text(const std::string& text) {
        return static_cast<const char*>(put(text.c_str(), text.size() + 1));
    }
    void take_away() const { pages_.take_away(); }

private:
    GuardedPages pages_;
    std::byte* next_;
};

/// Copies of an operator's structs, each `longer` bytes longer than known, the tail zero.
class LongerOp {
public:
    LongerOp(const assay_op_desc& op, std::uint32_t longer, Arena& arena);

    [[nodiscard]] const assay_op_desc& desc() const { return *desc_; }
    struct Part {
        const char* name;
        std::byte* begin;
        std::uint32_t known;  ///< Its bytes without the tail.
    };
    [[nodiscard]] const std::vector<Part>& parts() const { return parts_; }

private:
    void* longer_copy(const char* name, const void* from, Arena& arena);
    const assay_tensor_desc* const* tensors(const char* name, std::uint32_t count,
                                            const assay_tensor_desc* const* from, Arena& arena);

    std::uint32_t longer_;
    assay_op_desc* desc_;
    std::vector<Part> parts_;
};

}  // namespace assay
