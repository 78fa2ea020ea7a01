// SPDX-License-Identifier: Apache-2.0
// Functions of elements, activations, and conversions of types.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/base/error.hpp"
#include "core/graph/onnx/export/handlers.hpp"

namespace assay::onnx_export {
namespace {

struct Word {
    Function function;
    const char* op;
};
/// Functions that ONNX has, of one and of two tensors.
constexpr std::array unary_words{
    Word{Function::abs, "Abs"},
    Word{Function::ceil, "Ceil"},
    Word{Function::cos, "Cos"},
    Word{Function::erf, "Erf"},
    Word{Function::exp, "Exp"},
    Word{Function::floor, "Floor"},
    Word{Function::hard_swish, "HardSwish"},
    Word{Function::log, "Log"},
    Word{Function::neg, "Neg"},
    Word{Function::reciprocal, "Reciprocal"},
    Word{Function::round, "Round"},
    Word{Function::sigmoid, "Sigmoid"},
    Word{Function::sign, "Sign"},
    Word{Function::sin, "Sin"},
    Word{Function::softplus, "Softplus"},
    Word{Function::sqrt, "Sqrt"},
    Word{Function::tanh, "Tanh"},
};
constexpr std::array binary_words{
    Word{Function::add, "Add"},     Word{Function::div, "Div"}, Word{Function::max, "Max"},
    Word{Function::min, "Min"},     Word{Function::mul, "Mul"}, Word{Function::pow, "Pow"},
    Word{Function::prelu, "PRelu"}, Word{Function::sub, "Sub"},
};
constexpr std::array comparison_words{
    Word{Function::equal, "Equal"},
    Word{Function::greater, "Greater"},
    Word{Function::less, "Less"},
};
constexpr std::array logic_words{
    Word{Function::logical_and, "And"},
    Word{Function::logical_not, "Not"},
    Word{Function::logical_or, "Or"},
};

template <class Words>
const char* word_of(const Words& words, Function function) {
    const auto found = std::find_if(words.begin(), words.end(),
                                    [&](const Word& each) { return each.function == function; });
    return found == words.end() ? nullptr : found->op;
}

Tensor gelu(Emitter& out, const Tensor& x) {
    const Tensor erf = out.unary("Erf", out.binary("Div", x, std::numbers::sqrt2));
    return out.binary("Mul", out.binary("Mul", x, out.binary("Add", erf, 1)), 0.5);
}

/// x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))).
Tensor gelu_tanh(Emitter& out, const Tensor& x) {
    const Tensor square = out.binary("Mul", x, x);
    const Tensor cubic = out.binary("Add", out.binary("Mul", square, 0.044715), 1);
    const Tensor inner =
        out.binary("Mul", out.binary("Mul", x, cubic), std::sqrt(2 * std::numbers::inv_pi));
    const Tensor tanh = out.binary("Add", out.unary("Tanh", inner), 1);
    return out.binary("Mul", out.binary("Mul", x, tanh), 0.5);
}

/// Functions whose parameters are attributes or inputs of their own.
Tensor with_parameters(Emitter& out, const ElementwiseAttrs& attrs, const Tensor& x) {
    switch (attrs.function) {
        case Function::clip:
            return out.add("Clip", {x, out.scalar(x.type, attrs.p), out.scalar(x.type, attrs.q)},
                           x);
        case Function::hard_sigmoid:
            return out.unary("HardSigmoid", x, {{"alpha", attrs.p}, {"beta", attrs.q}});
        case Function::leaky_relu:
            return out.unary("LeakyRelu", x, {{"alpha", attrs.p}});
        case Function::elu:
            return out.unary("Elu", x, {{"alpha", attrs.p}});
        case Function::rsqrt:
            return out.unary("Reciprocal", out.unary("Sqrt", x));
        case Function::activation:
            return activated(out, x, attrs.activation);
        default:
            throw Error("elementwise function that ONNX cannot say");
    }
}

Tensor function_of(Emitter& out, const ElementwiseAttrs& attrs, const Tensors& x) {
    if (const char* op = word_of(unary_words, attrs.function)) return out.unary(op, x[0]);
    if (const char* op = word_of(binary_words, attrs.function)) return out.binary(op, x[0], x[1]);
    if (const char* op = word_of(comparison_words, attrs.function))
        return out.compare(op, x[0], x[1]);
    if (const char* op = word_of(logic_words, attrs.function)) {
        const Tensor first = out.cast(x[0], OnnxType::boolean);
        return x[1].present() ? out.compare(op, first, out.cast(x[1], OnnxType::boolean))
                              : out.unary(op, first);
    }
    if (attrs.function == Function::where)
        return out.where(out.cast(x[0], OnnxType::boolean), x[1], x[2]);
    if (attrs.function == Function::gated)
        return out.binary("Mul", activated(out, x[0], attrs.activation), x[1]);
    return with_parameters(out, attrs, x[0]);
}

}  // namespace

OnnxType common_type(const Op& op, const Tensors& in) {
    std::vector<OnnxType> types;
    for (const Tensor& each : {in[0], in[1]})
        if (each.present() && is_floating(each.type)) types.push_back(each.type);
    if (types.empty()) {
        const bool one = !in[1].present() || in[1].type == in[0].type;
        return one ? in[0].type : OnnxType::i32;
    }
    const OnnxType last = type_in_file(op.outputs[0].dtype);
    if (is_floating(last)) types.push_back(last);
    if (std::all_of(types.begin(), types.end(), [&](OnnxType each) { return each == types[0]; }))
        return types[0];
    const bool has_double = std::find(types.begin(), types.end(), OnnxType::f64) != types.end();
    return has_double ? OnnxType::f64 : OnnxType::f32;
}

Tensor activated(Emitter& out, const Tensor& x, Activation activation) {
    switch (activation) {
        case Activation::relu:
            return out.unary("Relu", x);
        case Activation::gelu:
            return gelu(out, x);
        case Activation::gelu_tanh:
            return gelu_tanh(out, x);
        case Activation::silu:
            return out.binary("Mul", x, out.unary("Sigmoid", x));
        case Activation::none:
            break;
    }
    return x;
}

Tensors elementwise(Emitter& out, const Op& op, const Tensors& in) {
    const auto& attrs = std::get<ElementwiseAttrs>(op.attrs);
    const bool chooses = attrs.function == Function::where;
    const OnnxType type = common_type(op, chooses ? Tensors{in[1], in[2]} : in);
    Tensors typed(3);
    for (std::size_t i = 0; i < typed.size(); ++i) {
        if (in[i].present()) typed[i] = chooses && i == 0 ? in[i] : out.cast(in[i], type);
    }
    Tensor result = function_of(out, attrs, typed);
    if (attrs.alpha == 1 && attrs.beta == 0) return {result};
    const OnnxType last = type_in_file(op.outputs[0].dtype);
    if (!is_floating(result.type))
        result = out.cast(result, is_floating(last) ? last : OnnxType::f32);
    if (attrs.alpha != 1) result = out.binary("Mul", result, attrs.alpha);
    if (attrs.beta != 0) result = out.binary("Add", result, attrs.beta);
    return {result};
}

Tensor converted(Emitter& out, Tensor x, Dtype to) {
    const OnnxType type = type_in_file(to);
    const bool narrows = to != Dtype::i32 && x.type != OnnxType::boolean && x.type != type;
    if (is_integer(to) && is_floating(x.type)) x = out.unary("Round", x);
    if (is_integer(to) && narrows) {
        const double least = to == Dtype::u8 ? 0 : -largest(to) - 1;
        x = out.add("Clip", {x, out.scalar(x.type, least), out.scalar(x.type, largest(to))}, x);
    }
    return out.cast(x, type);
}

Tensors convert(Emitter& out, const Op& op, const Tensors& in) {
    if (in[1].present()) throw Error("a conversion with scales is not written");
    return {converted(out, in[0], op.outputs[0].dtype)};
}

}  // namespace assay::onnx_export
