// SPDX-License-Identifier: Apache-2.0
// ONNX operators that change the type of elements.
#include <array>

#include "core/graph/onnx/operators.hpp"

namespace assay::onnx_ops {
namespace {

/// Towards zero: |x| rounded down, with the sign of x.
ValueId truncated(OnnxCall& call, ValueId x) {
    const ValueId whole = call.apply(Function::floor, {call.apply(Function::abs, {x})});
    return call.apply(Function::mul, {call.apply(Function::sign, {x}), whole});
}

void cast_to(OnnxCall& call, ValueId x, Dtype dtype, bool truth) {
    const bool whole = is_integer(call.dtype_of(x));
    if (truth) {
        x = call.apply(Function::logical_not, {call.apply(Function::logical_not, {x})});
    } else if (is_integer(dtype) && !whole) {
        x = truncated(call, x);
    }
    call.give(call.convert(x, dtype));
}

void cast(OnnxCall& call) {
    const std::int64_t to = call.integer("to", 0);
    const bool truth = to == static_cast<std::int64_t>(OnnxType::boolean);
    cast_to(call, call.value(0), call.dtype_numbered(to), truth);
}

void cast_like(OnnxCall& call) {
    cast_to(call, call.value(0), call.dtype(1), false);
}

/// A vector of scales or zero points, to be broadcast along its axis.
ValueId along(OnnxCall& call, ValueId vector) {
    const Shape dims = call.dims_of(vector);
    if (dims.empty()) return vector;
    Shape spread(call.rank(0), 1);
    if (element_count(dims) > 1 && call.rank(0) > 0)
        spread[call.axis(call.integer("axis", 1), call.rank(0))] = dims[0];
    return call.reshape(vector, spread);
}

/// round(x / scale) + zero, held within the type: ONNX has no other than u8 and i8.
void quantize(OnnxCall& call) {
    const Dtype to = call.has(2) ? call.dtype(2) : Dtype::u8;
    const Dtype floating = call.dtype(0);
    const ValueId scale = along(call, call.convert(call.value(1), floating));
    ValueId x = call.apply(Function::round, {call.apply(Function::div, {call.value(0), scale})});
    if (call.has(2)) {
        const ValueId zero = along(call, call.convert(call.value(2), floating));
        x = call.apply(Function::add, {x, zero});
    }
    ElementwiseAttrs within;
    within.function = Function::clip;
    within.p = to == Dtype::u8 ? 0 : -largest(to) - 1;
    within.q = largest(to);
    call.give(call.convert(call.apply(within, {x}), to));
}

void dequantize(OnnxCall& call) {
    const Dtype floating = call.dtype(1);
    ValueId x = call.convert(call.value(0), floating);
    if (call.has(2)) {
        const ValueId zero = along(call, call.convert(call.value(2), floating));
        x = call.apply(Function::sub, {x, zero});
    }
    call.give(call.apply(Function::mul, {x, along(call, call.value(1))}));
}

constexpr std::array table = {
    Row{"Cast", cast},
    Row{"CastLike", cast_like},
    Row{"DequantizeLinear", dequantize},
    Row{"QuantizeLinear", quantize},
};

}  // namespace

std::span<const Row> types() {
    return table;
}

}  // namespace assay::onnx_ops
