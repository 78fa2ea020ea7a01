// SPDX-License-Identifier: Apache-2.0
// A tensor as the kernels see it, checked.
#pragma once

#include <initializer_list>
#include <string>

#include "assay/sdk.hpp"
#include "launch.hpp"

namespace assay::cuda {

[[noreturn]] inline void unsupported(const std::string& why) {
    throw sdk::Error(ASSAY_ERR_UNSUPPORTED, why);
}
/// Throws INVALID unless it fits: no device could run it.
inline void require(bool fits, const std::string& what) {
    if (!fits) throw sdk::Error(ASSAY_ERR_INVALID, what);
}

/// Drops dimensions of one element, and joins those that follow one another in each of these, which
/// have the same dimensions.
void merge(std::initializer_list<Layout*> layouts);

struct View {
    assay_dtype dtype = 0;               ///< 0: absent
    std::uint64_t width = 0, bytes = 0;  ///< of an element; up to the end of the last element
    Layout layout;

    bool present() const { return dtype != 0; }
    int rank() const { return static_cast<int>(layout.rank); }
    std::int64_t count() const { return layout.count; }
    std::int64_t dim(int i) const { return layout.dims[i < 0 ? layout.rank + i : i]; }
    std::int64_t step(int i) const { return layout.steps[i < 0 ? layout.rank + i : i]; }
    bool same_dims(const View& other) const;
};

/// Throws UNSUPPORTED for what no kernel knows: types of less than a byte, flags, negative steps,
/// scales, empty ones.
View view_of(const sdk::Tensor& tensor, const std::string& name);

/// Its steps in the dimensions of `to`, 0 where it is repeated. Throws INVALID where it does not
/// broadcast.
Layout broadcast(const View& view, const Layout& to, const char* what);

/// A vector of `count` elements: its one step. Throws INVALID for another shape.
std::int64_t vector_step(const View& view, std::int64_t count, const char* what);

/// All dimensions but `axis`.
Layout without(const Layout& layout, std::int64_t axis);

}  // namespace assay::cuda
