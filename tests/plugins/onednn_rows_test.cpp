// SPDX-License-Identifier: Apache-2.0
// The onednn plugin's norms, softmax, elementwise functions and reductions against plain loops.
#include <cmath>
#include <cstring>

#include <catch2/catch.hpp>

#include "tests/plugins/onednn_client.hpp"

// The leak check (of the sanitizer tier) crashes in its own tracer beside oneDNN's thread pool.
extern "C" __attribute__((visibility("default"))) int __lsan_is_turned_off() {  // NOLINT
    return 1;
}

namespace {

using namespace assay::test;

/// Of f32 loops over some hundred elements of size 2: chosen, some tens of roundings.
constexpr double relative = 2e-6, absolute = 4e-6;

double elementwise(int function, double x, double y, double z) {
    const double p = 0.3, q = 0.7;
    switch (function) {
        case ASSAY_EW_ADD:
            return x + y;
        case ASSAY_EW_MUL:
            return x * y;
        case ASSAY_EW_SUB:
            return x - y;
        case ASSAY_EW_DIV:
            return x / y;
        case ASSAY_EW_MAX:
            return std::max(x, y);
        case ASSAY_EW_MIN:
            return std::min(x, y);
        case ASSAY_EW_ACTIVATION:
            return activated(ASSAY_ACT_SILU, x);
        case ASSAY_EW_GATED:
            return activated(ASSAY_ACT_SILU, x) * y;
        case ASSAY_EW_EXP:
            return std::exp(x);
        case ASSAY_EW_SIGMOID:
            return 1 / (1 + std::exp(-x));
        case ASSAY_EW_TANH:
            return std::tanh(x);
        case ASSAY_EW_POW:
            return std::pow(x, y);
        case ASSAY_EW_SQRT:
            return std::sqrt(x);
        case ASSAY_EW_RSQRT:
            return 1 / std::sqrt(x);
        case ASSAY_EW_LOG:
            return std::log(x);
        case ASSAY_EW_ABS:
            return std::fabs(x);
        case ASSAY_EW_NEG:
            return -x;
        case ASSAY_EW_ERF:
            return std::erf(x);
        case ASSAY_EW_FLOOR:
            return std::floor(x);
        case ASSAY_EW_CEIL:
            return std::ceil(x);
        case ASSAY_EW_ROUND:
            return std::nearbyint(x);
        case ASSAY_EW_SIN:
            return std::sin(x);
        case ASSAY_EW_COS:
            return std::cos(x);
        case ASSAY_EW_RECIPROCAL:
            return 1 / x;
        case ASSAY_EW_CLIP:
            return std::min(std::max(x, p), q);
        case ASSAY_EW_HARD_SIGMOID:
            return std::min(std::max(p * x + q, 0.0), 1.0);
        case ASSAY_EW_HARD_SWISH:
            return x * std::min(std::max(x / 6 + 0.5, 0.0), 1.0);
        case ASSAY_EW_LEAKY_RELU:
            return x < 0 ? p * x : x;
        case ASSAY_EW_ELU:
            return x < 0 ? p * (std::exp(x) - 1) : x;
        case ASSAY_EW_SOFTPLUS:
            return std::log1p(std::exp(x));
        case ASSAY_EW_SIGN:
            return (x > 0) - (x < 0);
        case ASSAY_EW_PRELU:
            return x < 0 ? y * x : x;
        case ASSAY_EW_WHERE:
            return x != 0 ? y : z;
        case ASSAY_EW_EQUAL:
            return x == y;
        case ASSAY_EW_LESS:
            return x < y;
        case ASSAY_EW_GREATER:
            return x > y;
        case ASSAY_EW_NOT:
            return x == 0;
        case ASSAY_EW_AND:
            return x != 0 && y != 0;
        default:
            return x != 0 || y != 0;
    }
}

int operands(int function) {
    if (function == ASSAY_EW_WHERE) return 3;
    const bool two = function <= ASSAY_EW_MAX || function == ASSAY_EW_GATED ||
                     function == ASSAY_EW_MIN || function == ASSAY_EW_POW ||
                     function == ASSAY_EW_PRELU ||
                     (function >= ASSAY_EW_EQUAL && function != ASSAY_EW_NOT);
    return two ? 2 : 1;
}

}  // namespace

TEST_CASE("onednn computes every elementwise function", "[onednn]") {
    const Session session(tested_plugin());
    const assay_dtype dtype = GENERATE(ASSAY_F32, ASSAY_BF16, ASSAY_F16);
    const int function = GENERATE(range(ASSAY_EW_ADD, ASSAY_EW_OR + 1));
    CAPTURE(dtype, function);
    std::mt19937 random(1);
    auto attrs = sized<assay_elementwise_attrs>();
    attrs.function = function;
    attrs.activation = ASSAY_ACT_SILU;
    attrs.parameter[0] = 0.3;
    attrs.parameter[1] = 0.7;
    const Dims dims{3, 1037};
    OpCase op{ASSAY_OP_ELEMENTWISE, {}, {{dtype, dims}}, &attrs};
    for (int i = 0; i < operands(function); ++i)
        op.inputs.push_back(random_tensor(dtype, dims, random));
    const bool positive = function == ASSAY_EW_POW || function == ASSAY_EW_LOG ||
                          function == ASSAY_EW_SQRT || function == ASSAY_EW_RSQRT;
    if (positive) {
        for (double& x : op.inputs[0].values) x = std::max(std::fabs(x), 0.25);
    }
    for (std::size_t i = 0; i < 9; ++i) op.inputs[0].values[i * 7 + 1] = positive ? 1 : 0;
    if (function == ASSAY_EW_DIV) {
        for (double& y : op.inputs[1].values) y = y == 0 ? 1 : y;
    }
    if (function == ASSAY_EW_RECIPROCAL) {
        for (double& x : op.inputs[0].values) x = x == 0 ? 1 : x;
    }
    Values want;
    for (std::size_t i = 0; i < op.inputs[0].values.size(); ++i) {
        const auto value = [&](std::size_t j) {
            return j < op.inputs.size() ? op.inputs[j].values[i] : 0;
        };
        want.push_back(elementwise(function, value(0), value(1), value(2)));
    }
    const OpResult got = run_op(session, op);
    CHECK(worst(got.outputs[0], want, dtype, relative, 5e-7) <= 1);
    CHECK(std::string(got.info.path).find("own loops (") == 0);
}

TEST_CASE("onednn broadcasts, scales and shifts elementwise functions, also in place of strides",
          "[onednn]") {
    const Session session(tested_plugin());
    std::mt19937 random(2);
    auto attrs = sized<assay_elementwise_attrs>();
    attrs.function = ASSAY_EW_SUB;
    attrs.alpha = 2;
    attrs.beta = -1;
    TestTensor x = random_tensor(ASSAY_F32, {4, 1, 5, 7}, random);
    x.strides = {90, 90, 16, 2};
    const TestTensor y = random_tensor(ASSAY_BF16, {3, 1, 7}, random);
    const OpCase op{ASSAY_OP_ELEMENTWISE, {x, y}, {{ASSAY_F32, {4, 3, 5, 7}}}, &attrs};
    Values want;
    for (std::size_t a = 0; a < 4; ++a)
        for (std::size_t b = 0; b < 3; ++b)
            for (std::size_t c = 0; c < 5; ++c)
                for (std::size_t d = 0; d < 7; ++d)
                    want.push_back(2 * (x.values[(a * 5 + c) * 7 + d] - y.values[b * 7 + d]) - 1);
    CHECK(worst(run_op(session, op).outputs[0], want, ASSAY_F32, relative, absolute) <= 1);
    OpCase wrong = op;
    wrong.inputs[1].dims = {2, 1, 7};
    CHECK_THROWS_WITH(refusal(session, wrong), Catch::Contains("broadcast"));
    attrs.function = 77;
    CHECK_THAT(refusal(session, op), Catch::Contains("function 77"));
    attrs.function = ASSAY_EW_ADD;
    wrong = op;
    wrong.inputs[0] = random_tensor(ASSAY_I32, {4, 1, 5, 7}, random);
    CHECK_THAT(refusal(session, wrong), Catch::Contains("i32"));
}

TEST_CASE("onednn's softmax and its logarithm are right along any axis", "[onednn]") {
    const Session session(tested_plugin());
    const assay_dtype dtype = GENERATE(ASSAY_F32, ASSAY_BF16);
    const int axis = GENERATE(0, 1, 2, -1), logarithm = GENERATE(0, 1);
    CAPTURE(dtype, axis, logarithm);
    std::mt19937 random(3);
    auto attrs = sized<assay_softmax_attrs>();
    attrs.axis = axis;
    attrs.logarithm = logarithm;
    const std::size_t dims[] = {5, 3, 67};
    const OpCase op{ASSAY_OP_SOFTMAX,
                    {random_tensor(dtype, {5, 3, 67}, random)},
                    {{dtype, {5, 3, 67}}},
                    &attrs};
    const std::size_t along = axis < 0 ? 2 : static_cast<std::size_t>(axis);
    const std::size_t steps[] = {201, 67, 1}, step = steps[along];
    const Values& x = op.inputs[0].values;
    Values want(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
        const std::size_t first = i - i / step % dims[along] * step;
        double sum = 0;
        for (std::size_t j = 0; j < dims[along]; ++j) sum += std::exp(x[first + j * step]);
        want[i] = logarithm != 0 ? x[i] - std::log(sum) : std::exp(x[i]) / sum;
    }
    CHECK(worst(run_op(session, op).outputs[0], want, dtype, relative, 1e-6) <= 1);
}

TEST_CASE("onednn's layer and rms norm take residual, activation and give the sum", "[onednn]") {
    const Session session(tested_plugin());
    const assay_dtype dtype = GENERATE(ASSAY_F32, ASSAY_BF16);
    const int kind = GENERATE(ASSAY_NORM_LAYER, ASSAY_NORM_RMS);
    const bool residual = GENERATE(false, true), parameters = GENERATE(false, true);
    const int activation = GENERATE(ASSAY_ACT_NONE, ASSAY_ACT_GELU);
    CAPTURE(dtype, kind, residual, parameters, activation);
    std::mt19937 random(4);
    auto attrs = sized<assay_norm_attrs>();
    attrs.kind = kind;
    attrs.activation = activation;
    attrs.epsilon = 1e-3;
    const std::size_t rows = 6, n = 771;
    const Dims dims{2, 3, 771};
    const TestTensor none{0};
    OpCase op{ASSAY_OP_NORM, {random_tensor(dtype, dims, random)}, {{dtype, dims}}, &attrs};
    op.inputs.push_back(parameters ? random_tensor(dtype, {771}, random) : none);
    op.inputs.push_back(
        parameters && kind == ASSAY_NORM_LAYER ? random_tensor(ASSAY_F32, {771}, random) : none);
    op.inputs.push_back(residual ? random_tensor(dtype, dims, random) : none);
    if (residual) op.outputs.push_back({dtype, dims});
    Values want(rows * n), sum(rows * n);
    for (std::size_t row = 0; row < rows; ++row) {
        double mean = 0, variance = 0;
        for (std::size_t i = row * n; i < (row + 1) * n; ++i) {
            sum[i] = op.inputs[0].values[i] + (residual ? op.inputs[3].values[i] : 0);
            mean += kind == ASSAY_NORM_LAYER ? sum[i] / double(n) : 0;
        }
        for (std::size_t i = 0; i < n; ++i)
            variance += std::pow(sum[row * n + i] - mean, 2) / double(n);
        for (std::size_t i = 0; i < n; ++i) {
            double y = (sum[row * n + i] - mean) / std::sqrt(variance + 1e-3);
            if (parameters) y *= op.inputs[1].values[i];
            if (op.inputs[2].dtype != 0) y += op.inputs[2].values[i];
            want[row * n + i] = activated(activation, y);
        }
    }
    const OpResult got = run_op(session, op);
    CHECK(worst(got.outputs[0], want, dtype, relative, absolute) <= 1);
    if (residual) CHECK(worst(got.outputs[1], sum, dtype, 1e-6, 0) <= 1);
}

TEST_CASE("onednn's group and batch norm are right over space", "[onednn]") {
    const Session session(tested_plugin());
    const assay_dtype dtype = GENERATE(ASSAY_F32, ASSAY_BF16);
    const int kind = GENERATE(ASSAY_NORM_GROUP, ASSAY_NORM_BATCH);
    CAPTURE(dtype, kind);
    std::mt19937 random(5);
    auto attrs = sized<assay_norm_attrs>();
    attrs.kind = kind;
    attrs.groups = 3;
    attrs.activation = ASSAY_ACT_RELU;
    attrs.epsilon = 1e-3;
    const std::size_t channels = 6, space = 13 * 311, each = 2;
    const Dims dims{2, 6, 13, 311};
    OpCase op{ASSAY_OP_NORM, {random_tensor(dtype, dims, random)}, {{dtype, dims}}, &attrs};
    for (int i = 0; i < 2; ++i) op.inputs.push_back(random_tensor(ASSAY_F32, {6}, random));
    op.inputs.push_back({0});
    if (kind == ASSAY_NORM_BATCH) {
        op.inputs.push_back(random_tensor(ASSAY_F32, {6}, random));
        op.inputs.push_back(of_values(ASSAY_F32, {6}, {0.5, 1, 1.5, 2, 2.5, 3}));
    }
    const Values& x = op.inputs[0].values;
    Values want(x.size());
    for (std::size_t c = 0; c < 2 * channels; ++c) {
        double mean = 0, variance = 0;
        const std::size_t first = c / each * each * space, count = each * space;
        if (kind == ASSAY_NORM_BATCH) {
            mean = op.inputs[4].values[c % channels];
            variance = op.inputs[5].values[c % channels];
        } else {
            for (std::size_t i = first; i < first + count; ++i) mean += x[i] / double(count);
            for (std::size_t i = first; i < first + count; ++i)
                variance += std::pow(x[i] - mean, 2) / double(count);
        }
        for (std::size_t i = c * space; i < (c + 1) * space; ++i) {
            const double y =
                (x[i] - mean) / std::sqrt(variance + 1e-3) * op.inputs[1].values[c % channels] +
                op.inputs[2].values[c % channels];
            want[i] = activated(ASSAY_ACT_RELU, y);
        }
    }
    CHECK(worst(run_op(session, op).outputs[0], want, dtype, relative, absolute) <= 1);
    attrs.kind = 9;
    CHECK_THAT(refusal(session, op), Catch::Contains("kind 9"));
}

TEST_CASE("onednn reduces over any axes", "[onednn]") {
    const Session session(tested_plugin());
    const assay_dtype dtype = GENERATE(ASSAY_F32, ASSAY_BF16);
    const int function = GENERATE(range(ASSAY_REDUCE_SUM, ASSAY_REDUCE_ARGMIN + 1));
    const unsigned mask = GENERATE(1u, 2u, 4u, 5u, 3u, 6u, 7u);
    const bool place = function == ASSAY_REDUCE_ARGMAX || function == ASSAY_REDUCE_ARGMIN;
    CAPTURE(dtype, function, mask);
    std::mt19937 random(6);
    auto attrs = sized<assay_reduce_attrs>();
    attrs.function = function;
    attrs.axes_mask = mask;
    const std::size_t dims[] = {3, 5, 41};
    Dims kept;
    for (unsigned i = 0; i < 3; ++i)
        if ((mask >> i & 1u) == 0) kept.push_back(static_cast<std::int64_t>(dims[i]));
    OpCase op{ASSAY_OP_REDUCE,
              {random_tensor(dtype, {3, 5, 41}, random)},
              {{place ? ASSAY_I32 : ASSAY_F32, kept}},
              &attrs};
    if (place && (mask & (mask - 1)) != 0) {
        CHECK_THAT(refusal(session, op), Catch::Contains("more than one axis"));
        return;
    }
    for (double& x : op.inputs[0].values) x = std::fabs(x) < 0.01 ? 0.5 : x;
    std::vector<Values> parts(static_cast<std::size_t>(count_of(kept)));
    for (std::size_t i = 0; i < 615; ++i) {
        const std::size_t at[] = {i / 205, i / 41 % 5, i % 41};
        std::size_t to = 0;
        for (unsigned j = 0; j < 3; ++j)
            if ((mask >> j & 1u) == 0) to = to * dims[j] + at[j];
        parts[to].push_back(op.inputs[0].values[i]);
    }
    Values want;
    double magnitude = 0;
    for (const Values& part : parts) {
        double sum = 0, squares = 0, product = 1, most = -9, least = 9, first_most = 0,
               first_least = 0;
        for (std::size_t i = 0; i < part.size(); ++i) {
            sum += part[i], squares += part[i] * part[i], product *= part[i];
            if (part[i] > most) most = part[i], first_most = double(i);
            if (part[i] < least) least = part[i], first_least = double(i);
        }
        const double results[] = {0,       sum,        sum / double(part.size()),
                                  most,    first_most, least,
                                  product, squares,    first_least};
        want.push_back(results[function]);
        magnitude = std::max(magnitude, squares);
    }
    const double slack = function == ASSAY_REDUCE_PRODUCT ? 0 : 1e-7 * magnitude + 2e-7 * 41;
    CHECK(worst(run_op(session, op).outputs[0], want, place ? ASSAY_F32 : ASSAY_F32, 6e-5, slack) <=
          1);
}
