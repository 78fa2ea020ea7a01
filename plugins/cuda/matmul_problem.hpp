// SPDX-License-Identifier: Apache-2.0
// A matmul of the ABI in cuBLASLt's words, or the reason why it cannot be said in them. Numbers
// only: nothing here calls CUDA.
//
// The ABI is row-major, cuBLASLt column-major: the same memory holds the transposed matrix there.
// So cuBLASLt is asked for D^T = op(B)^T op(A)^T: its left operand is our B, its right one our A,
// its rows are our columns, and its bias, one number for each row, is ours, one for each column.
#pragma once

#include <cstdint>
#include <string>

#include <cublasLt.h>

#include "assay/sdk.hpp"
#include "kernels/problem.hpp"

namespace assay::cuda {

/// A matrix in column-major order.
struct LtMatrix {
    cudaDataType_t type = CUDA_R_32F;
    bool transposed = false;
    std::int64_t rows = 0, columns = 0;  ///< as they lie in memory
    std::int64_t leading = 0;            ///< elements from one column to the next
    std::int64_t batch_step = 0;         ///< elements; 0: one matrix for the whole batch
};

/// The number by which a product is multiplied, as cuBLASLt reads it: in the type of the scale.
struct LtScalar {
    alignas(8) unsigned char bytes[8] = {};
};

/// What our own kernel does after the product: an activation that cuBLASLt has not, and the bias
/// before it.
struct LtFinish {
    int activation = 0;     ///< ASSAY_ACT_*; 0: there is nothing to do
    assay_dtype dtype = 0;  ///< of D and the bias
    Layout from, to;        ///< of the product and of D: [batch..., m, n]
    std::int64_t bias_step = 0;
    /// Where the product is kept until then, where D's type would round it; 0: in D.
    std::uint64_t product_bytes = 0;
};

/// An operand of 8 bits that is copied into the layout that cuBLASLt has for it.
struct LtTurn {
    Layout from, to;
    std::uint64_t bytes = 0;  ///< of the copy; 0: there is none
};

/// All batch dimensions as one: each operand's step in elements.
struct Batch {
    std::int64_t count = 1;
    std::int64_t a = 0, b = 0, c = 0, d = 0;
};

struct LtProblem {
    LtMatrix left, right, c, d;  ///< our B, A, C, D
    cublasComputeType_t compute = CUBLAS_COMPUTE_32F;
    cudaDataType_t scale_type = CUDA_R_32F;
    cudaDataType_t bias_type = CUDA_R_32F;
    cublasLtEpilogue_t epilogue = CUBLASLT_EPILOGUE_DEFAULT;
    LtScalar alpha, beta;
    std::int32_t batch = 1;
    bool has_bias = false, has_c = false;  ///< among the bindings
    bool reads_c = false;                  ///< C is there and beta is not 0
    bool eight_bit = false;                ///< operands of 8-bit floating point
    bool scales_left = false,
         scales_right = false;  ///< one f32 for the whole operand, on the device

    assay_dtype accumulator = ASSAY_F32;
    int math = ASSAY_MATH_STRICT;  ///< what will really be used
    bool deterministic = false;    ///< asked for
    LtFinish finish;
    LtTurn turn_left, turn_right;
    bool constant_left = false;  ///< B may come once, through exec_bind_const

    /// Bytes from the first element to past the last that is touched; 0: absent.
    std::uint64_t a_bytes = 0, b_bytes = 0, bias_bytes = 0, c_bytes = 0, d_bytes = 0;
    /// Bytes of what cuBLASLt writes: D, or what D is made of.
    std::uint64_t product_bytes() const {
        return finish.product_bytes > 0 ? finish.product_bytes : d_bytes;
    }
    std::uint64_t left_bytes() const { return turn_left.bytes > 0 ? turn_left.bytes : b_bytes; }
    std::uint64_t right_bytes() const { return turn_right.bytes > 0 ? turn_right.bytes : a_bytes; }
    /// Of device memory, beside cuBLASLt's workspace.
    std::uint64_t own_bytes() const {
        return finish.product_bytes + turn_left.bytes + turn_right.bytes;
    }
    /// Whether cuBLASLt adds the bias.
    bool adds_bias() const { return has_bias && finish.activation == ASSAY_ACT_NONE; }
    std::uint64_t a_width = 1, b_width = 1, bias_width = 1, d_width = 1;  ///< of elements
};

/// Throws sdk::Error: UNSUPPORTED with the reason, INVALID when no device could run it.
/// `capability`: 10 * major + minor.
LtProblem lt_problem(const sdk::Op& op, int capability);

}  // namespace assay::cuda
