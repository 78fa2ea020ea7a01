// SPDX-License-Identifier: Apache-2.0
// A matmul as CLBlast takes it: matrices of contiguous rows or columns, counted in ints; and what
// it cannot take.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "clblast.hpp"
#include "gemm_shape.hpp"

namespace assay::opencl {

/// Not negative: the tensors were checked.
inline std::size_t size(std::int64_t value) {
    return static_cast<std::size_t>(value);
}

/// A matrix as BLAS sees it: rows, or else columns, that are contiguous; steps in elements.
struct Lines {
    bool columns;
    std::int64_t length, count, step;
};

struct ClblastLayout {
    Lines a, b, d;
};
/// Nothing when a matrix has neither contiguous rows nor contiguous columns.
std::optional<ClblastLayout> clblast_layout(const GemmShape& shape);

/// Why CLBlast does not take this shape; "" when it does.
std::string clblast_refusal(const GemmShape& shape);

/// Without type and scales.
ClblastProduct clblast_product(const GemmShape& shape, const ClblastLayout& layout);

/// Elements of A, B and D together, with the gaps between.
std::int64_t clblast_elements(const GemmShape& shape, const ClblastLayout& layout);

/// Whether the batch is dense matrices that follow one another, in all of A, B and D.
bool follow_one_another(const GemmShape& shape, const ClblastLayout& layout);

/// Elements from the first matrix of a batch to number `z`.
std::int64_t batch_offset(const GemmShape& shape, const std::int64_t (&steps)[6], std::int64_t z);

}  // namespace assay::opencl
