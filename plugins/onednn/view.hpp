// SPDX-License-Identifier: Apache-2.0
// A tensor as our own loops see it: sizes, steps, bytes, all checked. Which types a loop takes is
// said by the operator that uses it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "assay/sdk.hpp"
#include "names.hpp"

namespace assay::onednn {

using Sizes = std::array<std::int64_t, ASSAY_MAX_RANK>;

[[noreturn]] inline void unsupported(const std::string& why) {
    throw sdk::Error(ASSAY_ERR_UNSUPPORTED, why);
}
[[noreturn]] inline void invalid(const std::string& why) {
    throw sdk::Error(ASSAY_ERR_INVALID, why);
}
inline void require(bool fits, const char* what) {
    if (!fits) invalid(what);
}

struct View {
    assay_dtype dtype = 0;  ///< 0: absent
    int rank = 0, bits = 0;
    Sizes dims{}, steps{};  ///< elements
    std::int64_t count = 0;
    std::uint64_t bytes = 0;  ///< up to the end of the last element
    bool constant = false, dense = true;
    int scale = ASSAY_SCALE_NONE, scale_axis = 0;
    std::int64_t scale_block = 0;

    bool present() const { return dtype != 0; }
    std::int64_t dim(int i) const { return dims[static_cast<std::size_t>(i < 0 ? rank + i : i)]; }
    std::int64_t step(int i) const { return steps[static_cast<std::size_t>(i < 0 ? rank + i : i)]; }
    std::int64_t width() const { return bits / 8; }  ///< bytes of an element, if whole
    /// Elements of dimensions first..last-1.
    std::int64_t product(int first, int last) const {
        std::int64_t all = 1;
        for (int i = first; i < last; ++i) all *= dim(i);
        return all;
    }
    bool same_dims(const View& other) const { return rank == other.rank && dims == other.dims; }
};

/// Throws UNSUPPORTED for what no loop here knows: types, flags, negative steps.
View view_of(const sdk::Tensor& tensor, const std::string& name);

/// Throws UNSUPPORTED unless its type is one of these.
void take_only(const View& view, const char* name, std::initializer_list<assay_dtype> dtypes);
/// The types that loops in f32 read and write without loss of an input.
void take_floats(const View& view, const char* name);
void take_dense(const View& view, const char* name);

/// Up to ASSAY_MAX_RANK nested loops over several tensors at once.
struct Nest {
    int rank = 0, tensors = 0;
    Sizes dims{};
    std::vector<Sizes> steps;  ///< of each tensor, in the unit of the caller

    Nest(int rank_of, const Sizes& dims_of, std::vector<Sizes> steps_of)
        : rank(rank_of),
          tensors(static_cast<int>(steps_of.size())),
          dims(dims_of),
          steps(std::move(steps_of)) {}

    /// Drops dimensions of one element and joins those that follow one another in every tensor.
    void merge();
    /// Rows: the product of all dimensions but the last.
    std::int64_t rows() const;
    std::int64_t length() const { return rank == 0 ? 1 : dims[static_cast<std::size_t>(rank - 1)]; }
    std::int64_t row_step(int tensor) const {
        return rank == 0
                   ? 1
                   : steps[static_cast<std::size_t>(tensor)][static_cast<std::size_t>(rank - 1)];
    }
    /// Where `row` begins in each tensor.
    void locate(std::int64_t row, std::int64_t* offsets) const;
};

}  // namespace assay::onednn
