// SPDX-License-Identifier: Apache-2.0
// A GEMM as ASSAY_OP_MATMUL. Dimensions are those stored: a transposed A is [k, m].
#include "core/host/operator.hpp"

#include <array>

#include "core/host/codes.hpp"

namespace assay {
namespace {

/// A matrix, with the batch in front when there is one.
assay_tensor_desc matrix(Dtype dtype, std::int64_t batch, std::int64_t rows, std::int64_t columns) {
    assay_tensor_desc desc{};
    desc.struct_size = sizeof(desc);
    desc.dtype = static_cast<assay_dtype>(dtype);
    if (batch != 1) desc.dims[desc.rank++] = batch;
    desc.dims[desc.rank++] = rows;
    desc.dims[desc.rank++] = columns;
    return desc;
}

assay_tensor_desc vector(Dtype dtype, std::int64_t size) {
    assay_tensor_desc desc{};
    desc.struct_size = sizeof(desc);
    desc.dtype = static_cast<assay_dtype>(dtype);
    desc.rank = 1;
    desc.dims[0] = size;
    return desc;
}

assay_tensor_desc operand_a(const Gemm& gemm) {
    const std::int64_t batch = gemm.broadcast_a ? 1 : gemm.batch;
    return gemm.transpose_a ? matrix(gemm.a, batch, gemm.k, gemm.m)
                            : matrix(gemm.a, batch, gemm.m, gemm.k);
}

assay_tensor_desc operand_b(const Gemm& gemm) {
    const std::int64_t batch = gemm.broadcast_b ? 1 : gemm.batch;
    assay_tensor_desc desc = gemm.transpose_b ? matrix(gemm.b, batch, gemm.n, gemm.k)
                                              : matrix(gemm.b, batch, gemm.k, gemm.n);
    if (gemm.constant_b) desc.flags |= ASSAY_TENSOR_CONST;
    return desc;
}

assay_matmul_attrs attributes(const Gemm& gemm) {
    assay_matmul_attrs attrs{};
    attrs.struct_size = sizeof(attrs);
    attrs.transpose_a = gemm.transpose_a ? 1 : 0;
    attrs.transpose_b = gemm.transpose_b ? 1 : 0;
    attrs.activation = abi_code(gemm.activation);
    attrs.alpha = 1;
    return attrs;
}

}  // namespace

struct Operator::Storage {
    assay_tensor_desc a{}, b{}, bias{}, d{};
    std::array<const assay_tensor_desc*, 3> inputs{};
    std::array<const assay_tensor_desc*, 1> outputs{};
    assay_matmul_attrs attrs{};
    assay_op_desc desc{};
};

Operator::Operator(const Gemm& gemm) : storage_(std::make_unique<Storage>()) {
    Storage& all = *storage_;
    all.a = operand_a(gemm);
    all.b = operand_b(gemm);
    all.bias = vector(gemm.bias, gemm.n);
    all.d = matrix(gemm.d, gemm.batch, gemm.m, gemm.n);
    all.inputs = {&all.a, &all.b, &all.bias};
    all.outputs = {&all.d};
    all.attrs = attributes(gemm);

    all.desc.struct_size = sizeof(all.desc);
    all.desc.op = ASSAY_OP_MATMUL;
    all.desc.num_inputs = gemm.bias == Dtype::none ? 2 : 3;
    all.desc.num_outputs = 1;
    all.desc.inputs = all.inputs.data();
    all.desc.outputs = all.outputs.data();
    all.desc.attrs = &all.attrs;
    all.desc.accumulator = static_cast<assay_dtype>(gemm.accumulator);
    all.desc.math = abi_code(gemm.math);
}

Operator::~Operator() = default;
Operator::Operator(Operator&&) noexcept = default;
Operator& Operator::operator=(Operator&&) noexcept = default;

const assay_op_desc& Operator::desc() const {
    return storage_->desc;
}

}  // namespace assay
