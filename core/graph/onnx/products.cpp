// SPDX-License-Identifier: Apache-2.0
// ONNX matrix products.
#include <array>

#include "core/graph/onnx/operators.hpp"

namespace assay::onnx_ops {
namespace {

/// numpy's product: a vector stands as a row on the left, as a column on the right.
ValueId product(OnnxCall& call, ValueId a, ValueId b) {
    const Shape da = call.dims_of(a), db = call.dims_of(b);
    if (da.empty() || db.empty()) call.refuse("a scalar has no matrix product");
    if (da.size() == 1) a = call.reshape(a, {1, da[0]});
    if (db.size() == 1) b = call.reshape(b, {db[0], 1});
    ValueId d = call.add(MatmulAttrs{}, {a, b});
    Shape dims = call.dims_of(d);
    if (db.size() == 1) dims.pop_back();
    if (da.size() == 1) dims.erase(dims.end() - (db.size() == 1 ? 1 : 2));
    return call.reshape(d, dims);
}

void matmul(OnnxCall& call) {
    call.give(product(call, call.value(0), call.value(1)));
}

/// Without its zero point: as it is stored, or in i32.
ValueId without_zero(OnnxCall& call, std::size_t operand, std::size_t zero) {
    const ValueId x = call.value(operand);
    if (!call.has(zero)) return x;
    if (!call.dims(zero).empty() && element_count(call.dims(zero)) != 1)
        call.refuse("a zero point for each row is not supported");
    const ValueId z = call.reshape(call.value(zero), {});
    return call.apply(Function::sub, {call.convert(x, Dtype::i32), call.convert(z, Dtype::i32)});
}

void matmul_integer(OnnxCall& call) {
    const ValueId a = without_zero(call, 0, 2);
    call.give(product(call, a, without_zero(call, 1, 3)));
}

/// A vector for all rows is the product's bias, a whole C its C (devices broadcast none); any other
/// is added afterwards.
void gemm(OnnxCall& call) {
    MatmulAttrs attrs;
    attrs.transpose_a = call.integer("transA", 0) != 0;
    attrs.transpose_b = call.integer("transB", 0) != 0;
    attrs.alpha = call.real("alpha", 1);
    if (call.rank(0) != 2 || call.rank(1) != 2) call.refuse("A and B must have two dimensions");
    const double beta = call.real("beta", 1);
    const ValueId a = call.value(0), b = call.value(1);
    if (!call.has(2)) return call.give(call.add(attrs, {a, b}));
    const std::int64_t rows = call.dims(0)[attrs.transpose_a ? 1 : 0];
    const std::int64_t columns = call.dims(1)[attrs.transpose_b ? 0 : 1];
    const Shape c = call.dims(2);
    if (beta == 1 && (c == Shape{columns} || c == Shape{1, columns}))
        return call.give(call.add(attrs, {a, b, call.reshape(call.value(2), {columns})}));
    if (c == Shape{rows, columns}) {
        attrs.beta = beta;
        return call.give(call.add(attrs, {a, b, no_value, call.value(2)}));
    }
    const ValueId scaled = beta == 1 ? call.value(2) : call.linear(call.value(2), beta, 0);
    call.give(call.apply(Function::add, {call.add(attrs, {a, b}), scaled}));
}

constexpr std::array table = {
    Row{"Gemm", gemm},
    Row{"MatMul", matmul},
    Row{"MatMulInteger", matmul_integer},
};

}  // namespace

std::span<const Row> products() {
    return table;
}

}  // namespace assay::onnx_ops
