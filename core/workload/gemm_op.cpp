// SPDX-License-Identifier: Apache-2.0
// A GEMM as the operator that it is. Dimensions are those stored: a transposed A is [k, m].
#include "core/workload/workload.hpp"

namespace assay {
namespace {

/// A matrix, with the batch in front when there is one.
TensorType matrix(Dtype dtype, std::int64_t batch, std::int64_t rows, std::int64_t columns) {
    TensorType type;
    type.dtype = dtype;
    if (batch != 1) type.dims.push_back(batch);
    type.dims.insert(type.dims.end(), {rows, columns});
    return type;
}

TensorType operand_a(const Gemm& gemm) {
    const std::int64_t batch = gemm.broadcast_a ? 1 : gemm.batch;
    return gemm.transpose_a ? matrix(gemm.a, batch, gemm.k, gemm.m)
                            : matrix(gemm.a, batch, gemm.m, gemm.k);
}

TensorType operand_b(const Gemm& gemm) {
    const std::int64_t batch = gemm.broadcast_b ? 1 : gemm.batch;
    TensorType type = gemm.transpose_b ? matrix(gemm.b, batch, gemm.n, gemm.k)
                                       : matrix(gemm.b, batch, gemm.k, gemm.n);
    type.constant = gemm.constant_b;
    return type;
}

}  // namespace

Op op_of(const Gemm& gemm) {
    MatmulAttrs attrs;
    attrs.transpose_a = gemm.transpose_a;
    attrs.transpose_b = gemm.transpose_b;
    attrs.activation = gemm.activation;
    Op op{.attrs = attrs, .inputs = {operand_a(gemm), operand_b(gemm)}};
    if (gemm.bias != Dtype::none) {
        TensorType& bias = op.inputs.emplace_back();
        bias.dtype = gemm.bias;
        bias.dims = {gemm.n};
    }
    op.outputs = {matrix(gemm.d, gemm.batch, gemm.m, gemm.n)};
    op.accumulator = gemm.accumulator;
    op.math = gemm.math;
    return op;
}

}  // namespace assay
