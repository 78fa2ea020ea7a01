// SPDX-License-Identifier: Apache-2.0
// A matmul as the kernels take it: the struct of kernels/gemm.cl, and what cannot be taken.
#pragma once

#include <cstdint>
#include <string>

#include "assay/sdk.hpp"

namespace assay::opencl {

/// The same members as Gemm of kernels/gemm.cl; steps in elements.
struct GemmShape {
    std::int64_t m = 0, n = 0, k = 0, activation = 0, has_bias = 0, has_c = 0;
    std::int64_t a_row = 0, a_column = 0, b_row = 0, b_column = 0, c_row = 0, c_column = 0,
                 d_row = 0, d_column = 0, bias_column = 0;
    std::int64_t packed_matrix = 0;
    std::int64_t batch_rank = 0, batch_dims[6] = {}, a_batch[6] = {}, b_batch[6] = {},
                 c_batch[6] = {}, d_batch[6] = {};

    /// One B serves the whole batch.
    bool shares_b() const;
    /// The work of the whole batch as this many matrices.
    std::int64_t batch() const;
};

inline std::uint64_t element_bytes(assay_dtype dtype) {
    return static_cast<std::uint64_t>(sdk::bits(dtype)) / 8;
}

/// Why the kernels do not take it; "" when they do. `f64`: whether the device has doubles.
std::string refusal(const sdk::Op& op, const sdk::Matmul& mm, bool f64);

/// One B over a batch of rows that follow one another is one matrix of batch x m rows.
GemmShape shape_of(const sdk::Matmul& mm);

}  // namespace assay::opencl
