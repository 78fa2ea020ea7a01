// SPDX-License-Identifier: Apache-2.0
// ONNX operators that are one function of ours, element by element.
#include <array>

#include "core/graph/onnx/operators.hpp"

namespace assay::onnx_ops {
namespace {

template <Function function>
void unary(OnnxCall& call) {
    call.give(call.apply(function, {call.value(0)}));
}

template <Function function>
void binary(OnnxCall& call) {
    call.give(call.apply(function, {call.value(0), call.value(1)}));
}

/// Sum, Max, Min of any number of tensors.
template <Function function>
void chain(OnnxCall& call) {
    ValueId sum = call.value(0);
    for (std::size_t i = 1; i < call.inputs(); ++i)
        sum = call.apply(function, {sum, call.value(i)});
    call.give(sum);
}

void mean(OnnxCall& call) {
    ValueId sum = call.value(0);
    for (std::size_t i = 1; i < call.inputs(); ++i) {
        ElementwiseAttrs attrs;
        attrs.function = Function::add;
        if (i + 1 == call.inputs()) attrs.alpha = 1.0 / static_cast<double>(call.inputs());
        sum = call.apply(attrs, {sum, call.value(i)});
    }
    call.give(sum);
}

void relu(OnnxCall& call) {
    ElementwiseAttrs attrs;
    attrs.function = Function::activation;
    attrs.activation = Activation::relu;
    call.give(call.apply(attrs, {call.value(0)}));
}

/// Its parameters are the attribute alpha, and beta as q.
template <Function function>
void leaky(OnnxCall& call, double alpha, double beta = 0) {
    ElementwiseAttrs attrs;
    attrs.function = function;
    attrs.p = call.real("alpha", alpha);
    attrs.q = call.real("beta", beta);
    call.give(call.apply(attrs, {call.value(0)}));
}

void leaky_relu(OnnxCall& call) {
    leaky<Function::leaky_relu>(call, 0.01);
}
void elu(OnnxCall& call) {
    leaky<Function::elu>(call, 1);
}
void hard_sigmoid(OnnxCall& call) {
    leaky<Function::hard_sigmoid>(call, 0.2, 0.5);
}

void selu(OnnxCall& call) {
    ElementwiseAttrs attrs;
    attrs.function = Function::elu;
    attrs.p = call.real("alpha", 1.67326319217681884765625);
    attrs.alpha = call.real("gamma", 1.05070102214813232421875);
    call.give(call.apply(attrs, {call.value(0)}));
}

/// One bound, or one that is known only in the run, is a Max or a Min.
void clip(OnnxCall& call) {
    const bool attributes = call.opset < 11;
    const bool low = attributes ? call.has_attribute("min") : call.has(1);
    const bool high = attributes ? call.has_attribute("max") : call.has(2);
    if (attributes || (low && high && call.known(1) && call.known(2))) {
        ElementwiseAttrs attrs;
        attrs.function = Function::clip;
        const double most = largest(call.dtype(0));
        attrs.p = attributes ? call.real("min", -most) : call.number(1);
        attrs.q = attributes ? call.real("max", most) : call.number(2);
        call.give(call.apply(attrs, {call.value(0)}));
        return;
    }
    ValueId x = call.value(0);
    if (low) x = call.apply(Function::max, {x, call.value(1)});
    if (high) x = call.apply(Function::min, {x, call.value(2)});
    call.give(x);
}

void identity(OnnxCall& call) {
    call.give(call.value(0));
}

/// Of inference: nothing is dropped.
void dropout(OnnxCall& call) {
    if (call.has(2) && call.number(2) != 0) call.refuse("training mode is not supported");
    call.give(call.value(0));
    if (call.wants(1)) call.give(call.filled(tensor(Dtype::u8, call.dims(0)), 1), 1);
}

constexpr std::array table = {
    Row{"Abs", unary<Function::abs>},
    Row{"Add", binary<Function::add>},
    Row{"And", binary<Function::logical_and>},
    Row{"Ceil", unary<Function::ceil>},
    Row{"Clip", clip},
    Row{"Cos", unary<Function::cos>},
    Row{"Div", binary<Function::div>},
    Row{"Dropout", dropout},
    Row{"Elu", elu},
    Row{"Equal", binary<Function::equal>},
    Row{"Erf", unary<Function::erf>},
    Row{"Exp", unary<Function::exp>},
    Row{"Floor", unary<Function::floor>},
    Row{"Greater", binary<Function::greater>},
    Row{"HardSigmoid", hard_sigmoid},
    Row{"HardSwish", unary<Function::hard_swish>},
    Row{"Identity", identity},
    Row{"LeakyRelu", leaky_relu},
    Row{"Less", binary<Function::less>},
    Row{"Log", unary<Function::log>},
    Row{"Max", chain<Function::max>},
    Row{"Mean", mean},
    Row{"Min", chain<Function::min>},
    Row{"Mul", binary<Function::mul>},
    Row{"Neg", unary<Function::neg>},
    Row{"Not", unary<Function::logical_not>},
    Row{"Or", binary<Function::logical_or>},
    Row{"PRelu", binary<Function::prelu>},
    Row{"Pow", binary<Function::pow>},
    Row{"Reciprocal", unary<Function::reciprocal>},
    Row{"Relu", relu},
    Row{"Round", unary<Function::round>},
    Row{"Selu", selu},
    Row{"Sigmoid", unary<Function::sigmoid>},
    Row{"Sign", unary<Function::sign>},
    Row{"Sin", unary<Function::sin>},
    Row{"Softplus", unary<Function::softplus>},
    Row{"Sqrt", unary<Function::sqrt>},
    Row{"Sub", binary<Function::sub>},
    Row{"Sum", chain<Function::add>},
    Row{"Tanh", unary<Function::tanh>},
};

}  // namespace

std::span<const Row> elementwise() {
    return table;
}

}  // namespace assay::onnx_ops
