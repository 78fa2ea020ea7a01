// SPDX-License-Identifier: Apache-2.0
// A matmul as its author wants to see it: sizes, steps, offsets, all shapes checked.
// D = act(alpha * op(A) * op(B) + beta * C + bias), see ASSAY_OP_MATMUL and assay_matmul_attrs.
#pragma once

#include <array>
#include <cstdint>

#include "assay/sdk/op.hpp"

namespace assay {
namespace sdk {

/// One operand. Element (row, column) of batch z, transposition applied, lies
/// offset(z) + row * row_step + column * column_step elements from the start.
struct Matrix {
    assay_dtype dtype = 0;  ///< 0: absent
    bool constant = false;  ///< ASSAY_TENSOR_CONST: may come through exec_bind_const
    bool dense = true;      ///< no explicit strides
    std::int64_t row_step = 0;
    std::int64_t column_step = 0;
    std::array<std::int64_t, ASSAY_MAX_RANK>
        batch_step{};  ///< per batch dimension of D, 0: broadcast

    bool present() const { return dtype != 0; }
};

struct Matmul {
    std::int64_t m = 0, n = 0, k = 0;
    std::int64_t batch = 1;  ///< product of batch_dims
    int batch_rank = 0;
    std::array<std::int64_t, ASSAY_MAX_RANK> batch_dims{};
    Matrix a, b, bias, c, d;  ///< bias: one row of n elements
    bool transpose_a = false, transpose_b = false;
    int activation = ASSAY_ACT_NONE;
    double alpha = 1, beta = 0;

    /// Reads and checks. Throws Error INVALID when no device could run it (shapes), UNSUPPORTED for
    /// what this view does not know: scales, further inputs, unknown types.
    explicit Matmul(const Op& op);

    /// Where batch z of an operand begins, in elements. z: 0..batch-1.
    std::int64_t offset(const Matrix& matrix, std::int64_t z) const {
        std::int64_t at = 0;
        for (int i = batch_rank - 1; i >= 0; --i) {
            const auto dim = static_cast<std::size_t>(i);
            at += z % batch_dims[dim] * matrix.batch_step[dim];
            z /= batch_dims[dim];
        }
        return at;
    }

    /// Elements from the first to one past the last that is touched; 0 when it is empty.
    std::int64_t extent(const Matrix& matrix, std::int64_t rows, std::int64_t columns) const {
        if (batch == 0 || rows == 0 || columns == 0) return 0;
        return offset(matrix, batch - 1) + (rows - 1) * matrix.row_step +
               (columns - 1) * matrix.column_step + 1;
    }

private:
    Matrix operand(const Tensor& tensor, const char* name, bool transpose, std::int64_t rows,
                   std::int64_t columns) const;
    Matrix bias_row(const Tensor& tensor) const;
    void read_batch(const Tensor& output);
};

namespace detail {

inline std::int64_t checked_product(std::int64_t x, std::int64_t y) {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(x, y, &product)) fail(ASSAY_ERR_INVALID, "matmul: sizes overflow");
    return product;
}

/// Steps of a tensor in elements, explicit or dense; rows of sub-byte types are padded to a byte.
inline std::array<std::int64_t, ASSAY_MAX_RANK> steps(const Tensor& tensor) {
    std::array<std::int64_t, ASSAY_MAX_RANK> result{};
    if (!dense(tensor)) {
        std::copy(tensor.strides, tensor.strides + tensor.rank, result.begin());
        return result;
    }
    const int width = bits(tensor.dtype);
    std::int64_t step = 1;
    for (int i = tensor.rank - 1; i >= 0; --i) {
        result[static_cast<std::size_t>(i)] = step;
        step = checked_product(step, tensor.dims[i]);
        if (i == tensor.rank - 1 && width < 8) {
            const std::int64_t in_byte = width == 6 ? 4 : 8 / width;  // 6 bits: 4 elements, 3 bytes
            step = (step + in_byte - 1) / in_byte * in_byte;
        }
    }
    return result;
}

inline void check_type(const Tensor& tensor, const char* name) {
    if (bits(tensor.dtype) == 0) {
        fail(ASSAY_ERR_UNSUPPORTED, "matmul: %s has an unknown type (%d)", name, tensor.dtype);
    }
    if (tensor.scale != ASSAY_SCALE_NONE) {
        fail(ASSAY_ERR_UNSUPPORTED, "matmul: %s is scaled", name);
    }
    if ((tensor.flags & ~ASSAY_TENSOR_CONST) != 0) {  // R9: what is not known is refused
        fail(ASSAY_ERR_UNSUPPORTED, "matmul: %s has unknown flags 0x%x", name, tensor.flags);
    }
    for (const std::int64_t stride : tensor.strides) {
        if (stride < 0) fail(ASSAY_ERR_UNSUPPORTED, "matmul: %s has a negative stride", name);
    }
}

}  // namespace detail

inline void Matmul::read_batch(const Tensor& output) {
    batch_rank = output.rank - 2;
    for (int i = 0; i < batch_rank; ++i) {
        batch_dims[static_cast<std::size_t>(i)] = output.dims[i];
        batch = detail::checked_product(batch, output.dims[i]);
    }
}

inline Matrix Matmul::operand(const Tensor& tensor, const char* name, bool transpose,
                              std::int64_t rows, std::int64_t columns) const {
    detail::check_type(tensor, name);
    const int batches = tensor.rank - 2;
    if (batches < 0) fail(ASSAY_ERR_INVALID, "matmul: %s needs two dimensions or more", name);
    const std::int64_t have[] = {tensor.dims[batches], tensor.dims[batches + 1]};
    if (have[transpose ? 1 : 0] != rows || have[transpose ? 0 : 1] != columns) {
        fail(ASSAY_ERR_INVALID, "matmul: %s is %lld x %lld%s, needed is %lld x %lld", name,
             static_cast<long long>(have[0]), static_cast<long long>(have[1]),
             transpose ? " transposed" : "", static_cast<long long>(rows),
             static_cast<long long>(columns));
    }
    if (batches > batch_rank) {
        fail(ASSAY_ERR_INVALID, "matmul: %s has more batch dimensions than the output", name);
    }
    const auto step = detail::steps(tensor);
    Matrix matrix;
    matrix.dtype = tensor.dtype;
    matrix.constant = (tensor.flags & ASSAY_TENSOR_CONST) != 0;
    matrix.dense = sdk::dense(tensor);
    matrix.row_step = step[static_cast<std::size_t>(transpose ? batches + 1 : batches)];
    matrix.column_step = step[static_cast<std::size_t>(transpose ? batches : batches + 1)];
    for (int i = 0; i < batches; ++i) {
        const auto of_d = static_cast<std::size_t>(batch_rank - batches + i);
        const std::int64_t dim = tensor.dims[i];
        if (dim != 1 && dim != batch_dims[of_d]) {
            fail(ASSAY_ERR_INVALID, "matmul: batch dimension %d of %s is %lld, needed is 1 or %lld",
                 i, name, static_cast<long long>(dim), static_cast<long long>(batch_dims[of_d]));
        }
        matrix.batch_step[of_d] = dim == 1 ? 0 : step[static_cast<std::size_t>(i)];
    }
    return matrix;
}

inline Matrix Matmul::bias_row(const Tensor& tensor) const {
    detail::check_type(tensor, "bias");
    std::int64_t count = 1;
    for (int i = 0; i < tensor.rank; ++i) count = detail::checked_product(count, tensor.dims[i]);
    if (tensor.rank < 1 || count != n || tensor.dims[tensor.rank - 1] != n) {
        fail(ASSAY_ERR_INVALID, "matmul: bias has %lld elements, needed are n = %lld",
             static_cast<long long>(count), static_cast<long long>(n));
    }
    Matrix row;
    row.dtype = tensor.dtype;
    row.constant = (tensor.flags & ASSAY_TENSOR_CONST) != 0;
    row.dense = sdk::dense(tensor);
    row.column_step = detail::steps(tensor)[static_cast<std::size_t>(tensor.rank - 1)];
    return row;
}

inline Matmul::Matmul(const Op& op) {
    if (op.kind() != ASSAY_OP_MATMUL) fail(ASSAY_ERR_UNSUPPORTED, "operator %d", op.kind());
    if (op.outputs() != 1) fail(ASSAY_ERR_INVALID, "matmul: needs one output");
    if (op.inputs() > 4) fail(ASSAY_ERR_UNSUPPORTED, "matmul: more inputs than A, B, bias, C");
    const auto attrs = op.attrs<assay_matmul_attrs>();
    transpose_a = attrs.transpose_a != 0;
    transpose_b = attrs.transpose_b != 0;
    activation = attrs.activation;
    alpha = attrs.alpha != 0 ? attrs.alpha : 1;
    beta = attrs.beta;

    const Tensor &left = op.in(0), &right = op.in(1), &output = op.out(0);
    if (left.rank < 2 || right.rank < 2 || output.rank < 2) {
        fail(ASSAY_ERR_INVALID, "matmul: A, B and the output need two dimensions or more");
    }
    m = output.dims[output.rank - 2];
    n = output.dims[output.rank - 1];
    k = left.dims[left.rank - (transpose_a ? 2 : 1)];
    read_batch(output);
    a = operand(left, "A", transpose_a, m, k);
    b = operand(right, "B", transpose_b, k, n);
    d = operand(output, "the output", false, m, n);
    if (op.has(2)) bias = bias_row(op.in(2));
    if (op.has(3)) c = operand(op.in(3), "C", false, m, n);
    if (beta != 0 && !c.present()) fail(ASSAY_ERR_INVALID, "matmul: beta is set but there is no C");
}

}  // namespace sdk
}  // namespace assay
