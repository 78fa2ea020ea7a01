// SPDX-License-Identifier: Apache-2.0
// Which types cuBLASLt multiplies, and how it is told to: one row for each set of them.
#pragma once

#include <string>

#include <cublasLt.h>

#include "assay/sdk.hpp"

namespace assay::cuda {

struct LtType {
    assay_dtype dtype;
    cudaDataType_t type;
    const char* name;
};

/// Throws UNSUPPORTED for a type that cuBLASLt does not multiply.
const LtType& lt_type(assay_dtype dtype, const char* operand);

/// How one set of types is multiplied.
struct LtArithmetic {
    assay_dtype a, b, d;  ///< of `a` and `b` in either order where `b` differs
    assay_dtype accumulator;
    int math;
    cublasComputeType_t compute;
    cudaDataType_t scale;
    int capability;  ///< the oldest device that has it, 10 * major + minor
};

/// The row that gives what is asked for, exactly. Throws UNSUPPORTED with the reason.
LtArithmetic lt_arithmetic(const sdk::Op& op, const sdk::Matmul& mm, int capability);

/// Whether cuBLASLt adds a bias of this type to such a product.
bool takes_bias(const LtArithmetic& arithmetic, assay_dtype bias);

}  // namespace assay::cuda
