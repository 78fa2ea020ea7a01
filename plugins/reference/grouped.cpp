// SPDX-License-Identifier: Apache-2.0
// Matmul of a mixture of experts: the rows of A are sorted by expert, each expert has its own B.
// Rows beyond the last expert's are zero here; nothing is said of them.
#include <algorithm>

#include "plugins/reference/activation.hpp"
#include "plugins/reference/number.hpp"
#include "plugins/reference/ops.hpp"

namespace reference {
namespace {

struct Grouped {
    std::int64_t tokens, k, experts, n;
    bool transposed;
    int activation;
};

/// One row of D: token `row` of `expert`.
void multiply(const Grouped& g, Arrays& io, std::int64_t row, std::int64_t expert) {
    const double* a = io.in[0].x.data() + row * g.k;
    const double* b = io.in[1].x.data() + expert * g.k * g.n;
    double* d = io.out[0].x.data() + row * g.n;
    const std::int64_t k_step = g.transposed ? 1 : g.n, n_step = g.transposed ? g.k : 1;
    for (std::int64_t j = 0; j < g.n; ++j) {
        double sum = 0;
        for (std::int64_t p = 0; p < g.k; ++p) sum += a[p] * b[p * k_step + j * n_step];
        if (io.has(3)) sum += io.in[3].x[static_cast<std::size_t>(expert * g.n + j)];
        d[j] = activate(g.activation, sum);
    }
}

void compute(const Grouped& g, Arrays& io) {
    std::fill(io.out[0].x.begin(), io.out[0].x.end(), 0.0);
    std::int64_t row = 0;
    for (std::int64_t expert = 0; expert < g.experts; ++expert) {
        const auto rows = static_cast<std::int64_t>(io.in[2].x[static_cast<std::size_t>(expert)]);
        agree(rows >= 0 && rows <= g.tokens - row, "grouped matmul",
              "the experts' rows are negative or more than A has");
        for (const std::int64_t end = row + rows; row < end; ++row) multiply(g, io, row, expert);
    }
}

void check_shapes(const Plan& plan, const Grouped& g) {
    const Shape b =
        g.transposed ? Shape{3, {g.experts, g.n, g.k}} : Shape{3, {g.experts, g.k, g.n}};
    agree(plan.in(1) == b, plan.name, "B is " + text_of(plan.in(1)) + ", should be " + text_of(b));
    agree(plan.out(0)[0] == g.tokens, plan.name, "D has not the rows of A");
    agree(plan.in(2) == Shape{1, {g.experts}}, plan.name, "rows are not one for each expert");
    agree(!plan.has(3) || plan.in(3) == Shape{2, {g.experts, g.n}}, plan.name,
          "bias should be [experts, n]");
}

}  // namespace

Plan plan_grouped_matmul(const sdk::Op& op) {
    Plan plan = begin(op, {"grouped matmul", 3, 4});
    const auto attrs = op.attrs<assay_matmul_attrs>();
    can(attrs.transpose_a == 0 && (attrs.alpha == 0 || attrs.alpha == 1) && attrs.beta == 0,
        plan.name, "transpose_a, alpha or beta");
    can(known_activation(attrs.activation), plan.name,
        "activation " + std::to_string(attrs.activation));
    can(is_integer(plan.views.in[0].dtype) == is_integer(plan.views.in[1].dtype), plan.name,
        "an integer matrix times a floating-point one");
    check_indices(plan, 2);
    agree(plan.in(0).rank == 2 && plan.in(1).rank == 3 && plan.out(0).rank == 2, plan.name,
          "needs A [tokens, k], B [experts, k, n] and D [tokens, n]");
    const Grouped g{plan.in(0)[0],  plan.in(0)[1],          plan.in(1)[0],
                    plan.out(0)[1], attrs.transpose_b != 0, attrs.activation};
    check_shapes(plan, g);
    plan.compute = [g](Arrays& io) { compute(g, io); };
    return plan;
}

}  // namespace reference
