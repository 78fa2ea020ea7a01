// SPDX-License-Identifier: Apache-2.0
// Tensors as own kernels see them, checked: dimensions with steps, broadcasting, and which
// dimensions can be walked as one. Not part of sdk.hpp: include it where kernels are your own.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>

#include "assay/sdk/error.hpp"
#include "assay/sdk/layout.hpp"
#include "assay/sdk/matmul.hpp"
#include "assay/sdk/op.hpp"

namespace assay {
namespace sdk {

static_assert(sizeof(Layout::dims) / sizeof(std::int64_t) == ASSAY_MAX_RANK, "layout.hpp says 8");

[[noreturn]] inline void unsupported(const std::string& why) {
    throw Error(ASSAY_ERR_UNSUPPORTED, why);
}
/// Throws INVALID unless it fits: no device could run it.
inline void require(bool fits, const std::string& what) {
    if (!fits) throw Error(ASSAY_ERR_INVALID, what);
}

/// Drops dimensions of one element, and joins those that follow one another in each of these, which
/// have the same dimensions.
inline void merge(std::initializer_list<Layout*> layouts) {
    const Layout first = **layouts.begin();
    std::int64_t kept = 0;
    for (std::int64_t i = 0; i < first.rank; ++i) {
        if (first.dims[i] == 1) continue;
        const bool joins =
            kept > 0 && std::all_of(layouts.begin(), layouts.end(), [&](const Layout* layout) {
                return layout->steps[kept - 1] == layout->steps[i] * first.dims[i];
            });
        const std::int64_t to = joins ? kept - 1 : kept++;
        for (Layout* layout : layouts) {
            layout->dims[to] = joins ? layout->dims[to] * first.dims[i] : first.dims[i];
            layout->steps[to] = layout->steps[i];
        }
    }
    for (Layout* layout : layouts) layout->rank = kept;
}

/// All dimensions but `axis`.
inline Layout without(const Layout& layout, std::int64_t axis) {
    Layout rest;
    for (std::int64_t i = 0; i < layout.rank; ++i) {
        if (i != axis) rest.add(layout.dims[i], layout.steps[i]);
    }
    return rest;
}

struct View {
    assay_dtype dtype = 0;               ///< 0: absent
    std::uint64_t width = 0, bytes = 0;  ///< of an element; up to the end of the last element
    Layout layout;

    bool present() const { return dtype != 0; }
    int rank() const { return static_cast<int>(layout.rank); }
    std::int64_t count() const { return layout.count; }
    std::int64_t dim(int i) const { return layout.dims[i < 0 ? layout.rank + i : i]; }
    std::int64_t step(int i) const { return layout.steps[i < 0 ? layout.rank + i : i]; }
    bool same_dims(const View& other) const {
        return layout.rank == other.layout.rank &&
               std::equal(layout.dims, layout.dims + layout.rank, other.layout.dims);
    }
};

/// Throws UNSUPPORTED for types of less than a byte, flags, negative steps, scales, empty tensors.
inline View view_of(const Tensor& tensor, const std::string& name) {
    const int bits = sdk::bits(tensor.dtype);
    if (bits < 8) unsupported(name + " has a type that no kernel here knows");
    if ((tensor.flags & ~ASSAY_TENSOR_CONST) != 0) unsupported(name + " has unknown flags");
    if (tensor.scale != ASSAY_SCALE_NONE) unsupported(name + " is scaled");
    View view;
    view.dtype = tensor.dtype;
    view.width = static_cast<std::uint64_t>(bits) / 8;
    const auto steps = detail::steps(tensor);
    std::int64_t last = 0;
    for (int i = 0; i < tensor.rank; ++i) {
        const std::int64_t step = steps[static_cast<std::size_t>(i)];
        if (step < 0) unsupported(name + " has a negative stride");
        view.layout.add(tensor.dims[i], step);
        last += (tensor.dims[i] - 1) * step;
    }
    if (view.count() == 0) unsupported(name + " is empty");
    view.bytes = static_cast<std::uint64_t>(last + 1) * view.width;
    return view;
}

/// Its steps in the dimensions of `to`, 0 where it is repeated. Throws INVALID where it does not
/// broadcast.
inline Layout broadcast(const View& view, const Layout& to, const char* what) {
    require(view.rank() <= to.rank, std::string(what) + " has more dimensions than the output");
    Layout layout;
    const auto missing = static_cast<int>(to.rank) - view.rank();
    for (int i = 0; i < to.rank; ++i) {
        const bool has = i >= missing;
        const std::int64_t dim = has ? view.dim(i - missing) : 1;
        require(dim == 1 || dim == to.dims[i], std::string(what) + " does not broadcast");
        layout.add(to.dims[i], dim == 1 ? 0 : view.step(i - missing));
    }
    return layout;
}

/// A vector of `count` elements: its one step. Throws INVALID for another shape.
inline std::int64_t vector_step(const View& view, std::int64_t count, const char* what) {
    require(view.rank() >= 1 && view.count() == count && view.dim(-1) == count,
            std::string(what) + " has not " + std::to_string(count) + " elements in a row");
    return view.step(-1);
}

/// Throws UNSUPPORTED when their types differ.
inline void same_type(const View& x, const View& y, const char* name) {
    if (x.dtype != y.dtype) unsupported(std::string(name) + ": X and Y differ in type");
}

/// Whether these indices are i64. Throws UNSUPPORTED when they are neither that nor i32.
inline bool wide_index(const View& view, const char* what) {
    if (view.dtype != ASSAY_I32 && view.dtype != ASSAY_I64) {
        unsupported(std::string(what) + " are i32 or i64");
    }
    return view.dtype == ASSAY_I64;
}

}  // namespace sdk
}  // namespace assay
