// SPDX-License-Identifier: Apache-2.0
// Row-major operands with steps of any kind as the layouts that cuBLASLt has, and their batches.
#pragma once

#include "matmul_problem.hpp"

namespace assay::cuda {

/// A row-major matrix of rows x columns as the column-major one of columns x rows that it is, or
/// that one transposed. Throws UNSUPPORTED when it is neither. What the ABI calls transposed is so
/// even where a dimension of one element leaves the choice: cuBLASLt may know one layout only
/// (8-bit floats: left transposed).
LtMatrix operand_of(const sdk::Matrix& matrix, bool transpose, std::int64_t rows,
                    std::int64_t columns, const char* name);

/// C or D: never transposed.
LtMatrix output_of(const sdk::Matrix& matrix, const sdk::Matmul& mm, const char* name);

/// Throws UNSUPPORTED where no single step goes through all batch dimensions.
Batch batch_of(const sdk::Matmul& mm);

/// One B over rows of A and D that follow one another is one product of batch x m rows.
bool folds(const sdk::Matmul& mm, const Batch& batch);

}  // namespace assay::cuda
