// SPDX-License-Identifier: Apache-2.0
// Operands of 8 bits in the one layout that cuBLASLt multiplies: what meets lies side by side, rows
// of A and columns of B. Others are copied into it first.
#pragma once

#include "launch.hpp"
#include "matmul_problem.hpp"

namespace assay::cuda {

/// Whether cuBLASLt has but that one layout for these. Source: cuBLAS library, cublasLtMatmul(),
/// requirements of the IMMA and FP8 kernels ("TN"; Blackwell of compute capability 10.x takes all
/// layouts of 8-bit floats).
bool has_one_layout(assay_dtype operand, int capability);

/// Sets the layouts of A and B, and the copies that make them so.
void turn_operands(LtProblem& problem, const sdk::Matmul& mm, const Batch& batch);

/// The call that copies, but for where things lie; of no items when there is nothing to copy.
Call turn_call(const LtTurn& turn);

}  // namespace assay::cuda
