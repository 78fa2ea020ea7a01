// SPDX-License-Identifier: Apache-2.0
// Tensors of an operator: where each element lies (View), and a dense copy in double to compute
// with (Array). Not a tensor library: what the loops of this folder need.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "assay/sdk.hpp"

namespace reference {

namespace sdk = assay::sdk;

using Index = std::array<std::int64_t, ASSAY_MAX_RANK>;

/// Throws sdk::Error INVALID "op: what" unless ok: no device could run that.
void agree(bool ok, const char* op, const std::string& what);
/// Throws sdk::Error UNSUPPORTED "op: what" unless ok: valid, but not here.
void can(bool ok, const char* op, const std::string& what);

struct Shape {
    int rank = 0;
    Index dims{};

    std::int64_t count() const;  ///< elements
    std::int64_t operator[](int i) const { return dims[static_cast<std::size_t>(i)]; }
    std::int64_t& operator[](int i) { return dims[static_cast<std::size_t>(i)]; }
    bool operator==(const Shape& other) const { return rank == other.rank && dims == other.dims; }
    bool operator!=(const Shape& other) const { return !(*this == other); }
};

std::string text_of(const Shape& shape);  ///< "2x3"; "scalar"

/// Steps of a dense array of that shape, last dimension fastest.
Index dense_steps(const Shape& shape);

/// Steps by which an index of `to` reads `from`, aligned at the last dimension, 0 where `from` is 1
/// or missing (NumPy's broadcasting). Throws sdk::Error INVALID where the two do not agree.
Index broadcast_steps(const Shape& from, const Index& steps, const Shape& to, const char* op);

inline std::int64_t offset(const Index& steps, const Index& at, int rank) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(rank); ++i) sum += steps[i] * at[i];
    return sum;
}

/// A tensor where it lies.
struct View {
    assay_dtype dtype = 0;  ///< 0: absent
    Shape shape;
    Index steps{};           ///< elements
    int scale = 0;           ///< ASSAY_SCALE_*
    int scale_axis = 0;      ///< channel, block: the dimension
    std::int64_t block = 0;  ///< elements that share a scale
    void* data = nullptr;    ///< bound anew by each enqueue

    bool present() const { return dtype != 0; }
    std::uint64_t bytes() const;  ///< from the first to the end of the last element
    double get(const Index& at) const { return get_at(offset(steps, at, shape.rank)); }
    double get_at(std::int64_t element) const;  ///< counted from the first
    void put(const Index& at, double value) const;
};

/// Checks what holds for all tensors: type, flags, strides. what: "conv: input 1".
View view_of(const sdk::Tensor& tensor, const std::string& what);

/// A dense copy; empty when the tensor is absent.
struct Array {
    bool present = false;
    Shape shape;
    std::vector<double> x;  ///< row-major
};

void decode(const View& from, Array& to);
void encode(const Array& from, const View& to);

/// Calls f(index) for each index of the shape, the last dimension fastest.
template <class F>
void each(const Shape& shape, F&& f) {
    if (shape.count() == 0) return;
    Index at{};
    for (int i = 0; i >= 0;) {
        f(static_cast<const Index&>(at));
        for (i = shape.rank - 1; i >= 0; --i) {
            auto& digit = at[static_cast<std::size_t>(i)];
            if (++digit < shape[i]) break;
            digit = 0;
        }
    }
}

}  // namespace reference
