// SPDX-License-Identifier: Apache-2.0
// The reference plugin's elementwise functions, norms, softmax and rotary embedding, against
// numbers worked out by hand.
#include "tests/plugins/reference_device.hpp"

using namespace assay::test;

namespace {

const double pi = std::acos(-1.0);

assay_elementwise_attrs function(int code, int activation = 0) {
    auto attrs = sized<assay_elementwise_attrs>();
    attrs.function = code;
    attrs.activation = activation;
    return attrs;
}

assay_norm_attrs norm(int kind, double epsilon = 0) {
    auto attrs = sized<assay_norm_attrs>();
    attrs.kind = kind;
    attrs.epsilon = epsilon;
    return attrs;
}

Numbers answer(const assay_norm_attrs& attrs, const std::vector<Value>& inputs) {
    auto y = inputs[0];
    return Asked(ASSAY_OP_NORM, attrs, inputs, {y}).answer(device());
}

Numbers softmax(int axis, bool logarithm, const Dims& dims, const Numbers& x) {
    auto attrs = sized<assay_softmax_attrs>();
    attrs.axis = axis;
    attrs.logarithm = logarithm ? 1 : 0;
    return Asked(ASSAY_OP_SOFTMAX, attrs, {f64(dims, x)}, {f64(dims)}).answer(device());
}

struct Point {
    int code;
    Numbers operands;
    double wanted;
};

}  // namespace

TEST_CASE("every function of elementwise is its definition at one point") {
    const double e = std::exp(1.0);
    // erf(1) = 0.8427007929497149; 1 / (1 + 1/e) = 0.7310585786300049; p = 0.5, q = 0.75.
    const auto point = GENERATE_COPY(values<Point>({
        {ASSAY_EW_ADD, {2, 3}, 5},
        {ASSAY_EW_MUL, {2, 3}, 6},
        {ASSAY_EW_SUB, {2, 3}, -1},
        {ASSAY_EW_DIV, {3, 2}, 1.5},
        {ASSAY_EW_MAX, {2, 3}, 3},
        {ASSAY_EW_MIN, {2, 3}, 2},
        {ASSAY_EW_ACTIVATION, {1}, 0.7310585786300049},
        {ASSAY_EW_GATED, {1, 2}, 2 * 0.7310585786300049},
        {ASSAY_EW_EXP, {1}, e},
        {ASSAY_EW_SIGMOID, {1}, 0.7310585786300049},
        {ASSAY_EW_TANH, {0}, 0},
        {ASSAY_EW_POW, {2, 3}, 8},
        {ASSAY_EW_SQRT, {9}, 3},
        {ASSAY_EW_RSQRT, {4}, 0.5},
        {ASSAY_EW_LOG, {e}, 1},
        {ASSAY_EW_ABS, {-2}, 2},
        {ASSAY_EW_NEG, {2}, -2},
        {ASSAY_EW_ERF, {1}, 0.8427007929497149},
        {ASSAY_EW_FLOOR, {-1.5}, -2},
        {ASSAY_EW_CEIL, {-1.5}, -1},
        {ASSAY_EW_ROUND, {2.5}, 2},
        {ASSAY_EW_SIN, {pi / 2}, 1},
        {ASSAY_EW_COS, {pi}, -1},
        {ASSAY_EW_RECIPROCAL, {4}, 0.25},
        {ASSAY_EW_CLIP, {9}, 0.75},
        {ASSAY_EW_CLIP, {0}, 0.5},
        {ASSAY_EW_HARD_SIGMOID, {0.1}, 0.8},
        {ASSAY_EW_HARD_SIGMOID, {1}, 1},
        {ASSAY_EW_HARD_SWISH, {1.5}, 1.125},
        {ASSAY_EW_HARD_SWISH, {-4}, 0},
        {ASSAY_EW_LEAKY_RELU, {-2}, -1},
        {ASSAY_EW_LEAKY_RELU, {2}, 2},
        {ASSAY_EW_ELU, {-1}, 0.5 / e - 0.5},
        {ASSAY_EW_ELU, {2}, 2},
        {ASSAY_EW_SOFTPLUS, {0}, std::log(2.0)},
        {ASSAY_EW_SOFTPLUS, {1000}, 1000},
        {ASSAY_EW_SIGN, {-3}, -1},
        {ASSAY_EW_SIGN, {0}, 0},
        {ASSAY_EW_PRELU, {-2, 3}, -6},
        {ASSAY_EW_PRELU, {2, 3}, 2},
        {ASSAY_EW_WHERE, {1, 2, 3}, 2},
        {ASSAY_EW_WHERE, {0, 2, 3}, 3},
        {ASSAY_EW_EQUAL, {2, 2}, 1},
        {ASSAY_EW_LESS, {2, 2}, 0},
        {ASSAY_EW_GREATER, {3, 2}, 1},
        {ASSAY_EW_NOT, {0}, 1},
        {ASSAY_EW_AND, {1, 0}, 0},
        {ASSAY_EW_OR, {1, 0}, 1},
    }));
    CAPTURE(point.code);
    auto attrs = function(point.code, ASSAY_ACT_SILU);
    attrs.parameter[0] = 0.5;
    attrs.parameter[1] = 0.75;
    std::vector<Value> inputs;
    for (const double x : point.operands) inputs.push_back(f64({1}, {x}));
    check_close(Asked(ASSAY_OP_ELEMENTWISE, attrs, inputs, {f64({1})}).answer(device()),
                {point.wanted});
}

TEST_CASE("the activations of elementwise are their definitions at one") {
    // As in tests/unit/sdk/gemm_test.cpp.
    const auto [activation, wanted] =
        GENERATE(table<int, double>({{ASSAY_ACT_NONE, 1.0},
                                     {ASSAY_ACT_RELU, 1.0},
                                     {ASSAY_ACT_GELU, 0.841344746068543},
                                     {ASSAY_ACT_GELU_TANH, 0.841191990608276}}));
    const Asked asked(ASSAY_OP_ELEMENTWISE, function(ASSAY_EW_ACTIVATION, activation),
                      {f64({1}, {1})}, {f64({1})});
    check_close(asked.answer(device()), {wanted});
}

TEST_CASE("elementwise broadcasts, scales and shifts its result, and steps over gaps") {
    auto attrs = function(ASSAY_EW_ADD);
    attrs.alpha = 2;
    attrs.beta = 100;
    auto y = f32({2, 2});
    y.strides({3, 1});
    const Asked asked(ASSAY_OP_ELEMENTWISE, attrs, {f32({2, 1}, {1, 2}), f32({2}, {10, 20})}, {y});
    CHECK(asked.answer(device()) == Numbers{122, 142, Asked::untouched, 124, 144});
}

TEST_CASE("results are rounded once, to nearest even, and integers saturate") {
    // bf16 near 1 is in steps of 1/128: 1 + 1/256 is a tie and goes to even 1, 1 + 3/256 to 1 +
    // 2/128.
    const Asked half(ASSAY_OP_ELEMENTWISE, function(ASSAY_EW_ADD),
                     {f32({2}, {1, 1}), f32({2}, {1.0 / 256, 3.0 / 256})},
                     {space(ASSAY_BF16, {2})});
    CHECK(half.answer(device()) == Numbers{1, 1 + 2.0 / 128});
    const Asked bytes(ASSAY_OP_ELEMENTWISE, function(ASSAY_EW_ADD),
                      {value(ASSAY_U8, {2}, {200, 1}), value(ASSAY_U8, {2}, {100, 2})},
                      {space(ASSAY_U8, {2})});
    CHECK(bytes.answer(device()) == Numbers{255, 3});
    const Asked truth(ASSAY_OP_ELEMENTWISE, function(ASSAY_EW_LESS),
                      {f32({2}, {1, 2}), f32({1}, {2})}, {space(ASSAY_U8, {2})});
    CHECK(truth.answer(device()) == Numbers{1, 0});
}

TEST_CASE("a softmax runs along its axis and survives large numbers") {
    const double l = std::log(3.0);
    check_close(softmax(1, false, {2, 2}, {0, l, l, 0}), {0.25, 0.75, 0.75, 0.25});
    check_close(softmax(0, false, {2, 2}, {0, 1000, l, 1000}), {0.25, 0.5, 0.75, 0.5});
    check_close(softmax(1, true, {1, 2}, {0, l}), {-std::log(4.0), l - std::log(4.0)});
}

TEST_CASE("a layer norm has mean 0 and variance 1 before gamma and beta") {
    // 1 and 3: mean 2, variance 1. With epsilon 3 the divisor is 2.
    check_close(answer(norm(ASSAY_NORM_LAYER),
                       {f64({2, 2}, {1, 3, 10, 30}), f64({2}, {2, 3}), f64({2}, {10, 20})}),
                {8, 23, 8, 23});
    check_close(answer(norm(ASSAY_NORM_LAYER, 3), {f64({2}, {1, 3})}), {-0.5, 0.5});
    auto relu = norm(ASSAY_NORM_LAYER);
    relu.activation = ASSAY_ACT_RELU;
    check_close(answer(relu, {f64({2}, {1, 3})}), {0, 1});
}

TEST_CASE("rms, group and batch norms") {
    check_close(answer(norm(ASSAY_NORM_RMS), {f64({2}, {1, 7})}), {0.2, 1.4});  // mean square 25
    auto group = norm(ASSAY_NORM_GROUP);
    group.groups = 2;
    // Channels 0, 1: mean 2, deviation 1; channels 2, 3: mean 20, deviation 10.
    check_close(answer(group, {f64({1, 4, 1}, {1, 3, 10, 30}), f64({4}, {1, 2, 3, 4})}),
                {-1, 2, -3, 4});
    // One group of two channels of two: 1 1 3 3.
    check_close(answer(norm(ASSAY_NORM_GROUP), {f64({1, 2, 2}, {1, 1, 3, 3}), f64({2}, {1, 2})}),
                {-1, -1, 2, 2});
    check_close(answer(norm(ASSAY_NORM_BATCH), {f64({1, 2, 2}, {1, 2, 3, 4}), absent(), absent(),
                                                absent(), f64({2}, {1, 3}), f64({2}, {4, 0.25})}),
                {0, 0.5, 0, 2});
}

TEST_CASE("a norm is of X plus the residual, and gives that sum when asked") {
    const Asked asked(ASSAY_OP_NORM, norm(ASSAY_NORM_LAYER),
                      {f64({2}, {0, 1}), absent(), absent(), f64({2}, {1, 2})},
                      {f64({2}), f64({2})});
    const auto answers = asked.run(device());
    check_close(answers[0], {-1, 1});
    check_close(answers[1], {1, 3});
}

TEST_CASE("rope turns pairs by position times frequency, in both orders") {
    // Frequencies pi/2 and pi at position 1: a quarter and a half turn.
    auto attrs = sized<assay_rope_attrs>();
    const auto turned = [&](double position) {
        return Asked(
                   ASSAY_OP_ROPE, attrs,
                   {f64({1, 1, 1, 4}, {1, 2, 3, 4}), i32({1}, {position}), f64({2}, {pi / 2, pi})},
                   {f64({1, 1, 1, 4})})
            .answer(device());
    };
    check_close(turned(0), {1, 2, 3, 4});
    check_close(turned(1), {-3, -2, 1, -4});  // pairs (1, 3) and (2, 4)
    attrs.interleaved = 1;
    check_close(turned(1), {-2, 1, -3, -4});  // pairs (1, 2) and (3, 4)
    attrs.scale = 2;
    check_close(turned(2), {-2, 1, -3, -4});
}

TEST_CASE("rope counts tokens on, makes its own frequencies and copies what it does not turn") {
    auto attrs = sized<assay_rope_attrs>();
    attrs.rotary_dims = 4;
    attrs.base = 4;  // frequencies 1 and 4^(-2/4) = 1/2
    const Asked asked(ASSAY_OP_ROPE, attrs,
                      {f64({1, 1, 2, 5}, {1, 1, 0, 0, 9, 1, 1, 0, 0, 9}), i32({1}, {1})},
                      {f64({1, 1, 2, 5})});
    check_close(asked.answer(device()),
                {std::cos(1.0), std::cos(0.5), std::sin(1.0), std::sin(0.5), 9,  //
                 std::cos(2.0), std::cos(1.0), std::sin(2.0), std::sin(1.0), 9});
}
