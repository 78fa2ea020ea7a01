// SPDX-License-Identifier: Apache-2.0
// Functions of one, two or three tensors, with broadcasting: one row for each ASSAY_EW_*.
#include <algorithm>
#include <cmath>

#include "plugins/reference/activation.hpp"
#include "plugins/reference/ops.hpp"

namespace reference {
namespace {

/// Operands of one element, and the parameters of the function.
struct Given {
    double x, y, z;
    double p, q;
    int activation;
};

struct Row {
    int code;
    std::size_t operands;
    double (*value)(const Given&);
};

double bounded(double x, double low, double high) {
    return std::min(std::max(x, low), high);
}

double truth(bool value) {
    return value ? 1 : 0;
}

// A NaN wins over any number in max and min, as in NumPy.
constexpr Row table[] = {
    {ASSAY_EW_ADD, 2, [](const Given& g) { return g.x + g.y; }},
    {ASSAY_EW_MUL, 2, [](const Given& g) { return g.x * g.y; }},
    {ASSAY_EW_SUB, 2, [](const Given& g) { return g.x - g.y; }},
    {ASSAY_EW_DIV, 2, [](const Given& g) { return g.x / g.y; }},
    {ASSAY_EW_MAX, 2, [](const Given& g) { return g.x > g.y || std::isnan(g.x) ? g.x : g.y; }},
    {ASSAY_EW_MIN, 2, [](const Given& g) { return g.x < g.y || std::isnan(g.x) ? g.x : g.y; }},
    {ASSAY_EW_ACTIVATION, 1, [](const Given& g) { return activate(g.activation, g.x); }},
    {ASSAY_EW_GATED, 2, [](const Given& g) { return activate(g.activation, g.x) * g.y; }},
    {ASSAY_EW_EXP, 1, [](const Given& g) { return std::exp(g.x); }},
    {ASSAY_EW_SIGMOID, 1, [](const Given& g) { return 1 / (1 + std::exp(-g.x)); }},
    {ASSAY_EW_TANH, 1, [](const Given& g) { return std::tanh(g.x); }},
    {ASSAY_EW_POW, 2, [](const Given& g) { return std::pow(g.x, g.y); }},
    {ASSAY_EW_SQRT, 1, [](const Given& g) { return std::sqrt(g.x); }},
    {ASSAY_EW_RSQRT, 1, [](const Given& g) { return 1 / std::sqrt(g.x); }},
    {ASSAY_EW_LOG, 1, [](const Given& g) { return std::log(g.x); }},
    {ASSAY_EW_ABS, 1, [](const Given& g) { return std::fabs(g.x); }},
    {ASSAY_EW_NEG, 1, [](const Given& g) { return -g.x; }},
    {ASSAY_EW_ERF, 1, [](const Given& g) { return std::erf(g.x); }},
    {ASSAY_EW_FLOOR, 1, [](const Given& g) { return std::floor(g.x); }},
    {ASSAY_EW_CEIL, 1, [](const Given& g) { return std::ceil(g.x); }},
    {ASSAY_EW_ROUND, 1, [](const Given& g) { return std::nearbyint(g.x); }},
    {ASSAY_EW_SIN, 1, [](const Given& g) { return std::sin(g.x); }},
    {ASSAY_EW_COS, 1, [](const Given& g) { return std::cos(g.x); }},
    {ASSAY_EW_RECIPROCAL, 1, [](const Given& g) { return 1 / g.x; }},
    {ASSAY_EW_CLIP, 1, [](const Given& g) { return bounded(g.x, g.p, g.q); }},
    {ASSAY_EW_HARD_SIGMOID, 1, [](const Given& g) { return bounded(g.p * g.x + g.q, 0, 1); }},
    {ASSAY_EW_HARD_SWISH, 1, [](const Given& g) { return g.x * bounded(g.x / 6 + 0.5, 0, 1); }},
    {ASSAY_EW_LEAKY_RELU, 1, [](const Given& g) { return g.x < 0 ? g.p * g.x : g.x; }},
    {ASSAY_EW_ELU, 1, [](const Given& g) { return g.x < 0 ? g.p * std::expm1(g.x) : g.x; }},
    {ASSAY_EW_SOFTPLUS, 1,  // log(1 + e^x) without overflow
     [](const Given& g) { return std::max(g.x, 0.0) + std::log1p(std::exp(-std::fabs(g.x))); }},
    {ASSAY_EW_SIGN, 1, [](const Given& g) { return truth(g.x > 0) - truth(g.x < 0); }},
    {ASSAY_EW_PRELU, 2, [](const Given& g) { return g.x < 0 ? g.y * g.x : g.x; }},
    {ASSAY_EW_WHERE, 3, [](const Given& g) { return g.x != 0 ? g.y : g.z; }},
    {ASSAY_EW_EQUAL, 2, [](const Given& g) { return truth(g.x == g.y); }},
    {ASSAY_EW_LESS, 2, [](const Given& g) { return truth(g.x < g.y); }},
    {ASSAY_EW_GREATER, 2, [](const Given& g) { return truth(g.x > g.y); }},
    {ASSAY_EW_NOT, 1, [](const Given& g) { return truth(g.x == 0); }},
    {ASSAY_EW_AND, 2, [](const Given& g) { return truth(g.x != 0 && g.y != 0); }},
    {ASSAY_EW_OR, 2, [](const Given& g) { return truth(g.x != 0 || g.y != 0); }},
};

const Row& row_of(int function) {
    for (const Row& row : table) {
        if (row.code == function) return row;
    }
    sdk::fail(ASSAY_ERR_UNSUPPORTED, "elementwise: function %d", function);
}

}  // namespace

Plan plan_elementwise(const sdk::Op& op) {
    Plan plan = begin(op, {"elementwise", 1, 3});
    const auto attrs = op.attrs<assay_elementwise_attrs>();
    const Row& row = row_of(attrs.function);
    can(known_activation(attrs.activation), "elementwise",
        "activation " + std::to_string(attrs.activation));
    std::array<Index, 3> steps{};
    for (std::size_t i = 0; i < 3; ++i) {
        agree(plan.has(i) == (i < row.operands), "elementwise",
              "the function takes " + std::to_string(row.operands) + " tensors");
        if (!plan.has(i)) continue;
        const View& view = plan.views.in[i];
        steps[i] = broadcast_steps(view.shape, view.steps, plan.out(0), "elementwise");
    }
    const bool untouched = attrs.alpha == 0 && attrs.beta == 0;
    const double alpha = untouched ? 1 : attrs.alpha;
    plan.move = [=, value = row.value](const Views& io) {
        const auto read = [&](std::size_t i, const Index& at) {
            if (!io.has(i)) return 0.0;
            return io.in[i].get_at(offset(steps[i], at, io.out[0].shape.rank));
        };
        each(io.out[0].shape, [&](const Index& at) {
            const Given given{read(0, at),        read(1, at),        read(2, at),
                              attrs.parameter[0], attrs.parameter[1], attrs.activation};
            io.out[0].put(at, alpha * value(given) + attrs.beta);
        });
    };
    return plan;
}

}  // namespace reference
