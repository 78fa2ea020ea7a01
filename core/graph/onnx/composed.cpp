// SPDX-License-Identifier: Apache-2.0
// ONNX functions of elements that are said in several of ours.
#include <array>
#include <cmath>
#include <limits>

#include "core/graph/onnx/operators.hpp"

namespace assay::onnx_ops {
namespace {

using F = Function;

/// x <= y, which is false where one is NaN.
template <F strict>
void or_equal(OnnxCall& call) {
    const ValueId x = call.value(0), y = call.value(1);
    call.give(
        call.apply(F::logical_or, {call.apply(strict, {x, y}), call.apply(F::equal, {x, y})}));
}

void exclusive_or(OnnxCall& call) {
    const ValueId x = call.apply(F::logical_not, {call.value(0)}),
                  y = call.apply(F::logical_not, {call.value(1)});
    call.give(call.apply(F::logical_not, {call.apply(F::equal, {x, y})}));
}

/// The condition is 0 or 1; its type does not matter.
void where(OnnxCall& call) {
    call.give(call.apply(F::where, {call.value(0), call.value(1), call.value(2)}));
}

void celu(OnnxCall& call) {
    const double alpha = call.real("alpha", 1);
    ElementwiseAttrs elu;
    elu.function = F::elu;
    elu.p = 1;
    elu.alpha = alpha;
    call.give(call.apply(elu, {call.linear(call.value(0), 1 / alpha, 0)}));
}

void thresholded_relu(OnnxCall& call) {
    const ValueId x = call.value(0);
    const ValueId alpha = call.scalar(call.real("alpha", 1), call.dtype(0));
    const ValueId above = call.apply(F::greater, {x, alpha});
    call.give(call.apply(F::where, {above, x, call.scalar(0, call.dtype(0))}));
}

void softsign(OnnxCall& call) {
    ElementwiseAttrs below;
    below.function = F::abs;
    below.beta = 1;
    call.give(call.apply(F::div, {call.value(0), call.apply(below, {call.value(0)})}));
}

void shrink(OnnxCall& call) {
    const ValueId x = call.value(0);
    const double lambda = call.real("lambd", 0.5), bias = call.real("bias", 0);
    const ValueId above = call.apply(F::greater, {x, call.scalar(lambda, call.dtype(0))});
    const ValueId below = call.apply(F::less, {x, call.scalar(-lambda, call.dtype(0))});
    const ValueId zero = call.scalar(0, call.dtype(0));
    const ValueId low = call.apply(F::where, {below, call.linear(x, 1, bias), zero});
    call.give(call.apply(F::where, {above, call.linear(x, 1, -bias), low}));
}

void tan(OnnxCall& call) {
    const ValueId x = call.value(0);
    call.give(call.apply(F::div, {call.apply(F::sin, {x}), call.apply(F::cos, {x})}));
}

/// (e^x ± e^-x) / 2.
template <F joined>
void hyperbolic(OnnxCall& call) {
    const ValueId x = call.value(0);
    const ValueId up = call.apply(F::exp, {x}),
                  down = call.apply(F::exp, {call.apply(F::neg, {x})});
    ElementwiseAttrs half;
    half.function = joined;
    half.alpha = 0.5;
    call.give(call.apply(half, {up, down}));
}

/// log(x + sqrt(x^2 ± 1)).
template <int sign>
void inverse_hyperbolic(OnnxCall& call) {
    const ValueId x = call.value(0);
    ElementwiseAttrs square;
    square.function = F::mul;
    square.beta = sign;
    const ValueId root = call.apply(F::sqrt, {call.apply(square, {x, x})});
    call.give(call.apply(F::log, {call.apply(F::add, {x, root})}));
}

void atanh(OnnxCall& call) {
    const ValueId x = call.value(0);
    ElementwiseAttrs half;
    half.function = F::log;
    half.alpha = 0.5;
    const ValueId ratio = call.apply(F::div, {call.linear(x, 1, 1), call.linear(x, -1, 1)});
    call.give(call.apply(half, {ratio}));
}

void is_nan(OnnxCall& call) {
    const ValueId x = call.value(0);
    call.give(call.apply(F::logical_not, {call.apply(F::equal, {x, x})}));
}

void is_inf(OnnxCall& call) {
    const bool above = call.integer("detect_positive", 1) != 0,
               below = call.integer("detect_negative", 1) != 0;
    const ValueId x = above && below ? call.apply(F::abs, {call.value(0)}) : call.value(0);
    if (!above && !below) call.refuse("detects nothing");
    constexpr double infinity = std::numeric_limits<double>::infinity();
    call.give(call.apply(F::equal, {x, call.scalar(above ? infinity : -infinity, call.dtype(0))}));
}

/// x - y trunc(x / y), which has the sign of x.
ValueId remainder(OnnxCall& call, ValueId x, ValueId y) {
    ValueId quotient = call.apply(F::div, {x, y});  // of integers truncated already
    if (!is_integer(call.dtype_of(x))) {
        const ValueId whole = call.apply(F::floor, {call.apply(F::abs, {quotient})});
        quotient = call.apply(F::mul, {call.apply(F::sign, {quotient}), whole});
    }
    return call.apply(F::sub, {x, call.apply(F::mul, {quotient, y})});
}

/// fmod: the sign of x; else that of y, as Python's.
void mod(OnnxCall& call) {
    const ValueId x = call.value(0), y = call.value(1);
    const ValueId rest = remainder(call, x, y);
    if (call.integer("fmod", 0) != 0) {
        call.give(rest);
        return;
    }
    const ValueId zero = call.scalar(0, call.dtype(0));
    const ValueId differs = call.apply(
        F::less,
        {call.apply(F::mul, {call.apply(F::sign, {rest}), call.apply(F::sign, {y})}), zero});
    call.give(call.apply(F::where, {differs, call.apply(F::add, {rest, y}), rest}));
}

constexpr std::array table = {
    Row{"Acosh", inverse_hyperbolic<-1>},
    Row{"Asinh", inverse_hyperbolic<1>},
    Row{"Atanh", atanh},
    Row{"Celu", celu},
    Row{"Cosh", hyperbolic<F::add>},
    Row{"GreaterOrEqual", or_equal<F::greater>},
    Row{"IsInf", is_inf},
    Row{"IsNaN", is_nan},
    Row{"LessOrEqual", or_equal<F::less>},
    Row{"Mod", mod},
    Row{"Shrink", shrink},
    Row{"Sinh", hyperbolic<F::sub>},
    Row{"Softsign", softsign},
    Row{"Tan", tan},
    Row{"ThresholdedRelu", thresholded_relu},
    Row{"Where", where},
    Row{"Xor", exclusive_or},
};

}  // namespace

std::span<const Row> composed() {
    return table;
}

}  // namespace assay::onnx_ops
