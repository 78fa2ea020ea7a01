// SPDX-License-Identifier: Apache-2.0
// Softmax, norms, reductions: what computes along lines. The kernels: kernels/lines.hpp.
#include <algorithm>

#include "assay/sdk/lines.hpp"
#include "op_plan.hpp"

namespace assay::cuda {
namespace {

enum NormInput { x_in, gamma_in, beta_in, residual_in, mean_in, variance_in };

void check_norm(Plan& plan, const assay_norm_attrs& attrs) {
    const View& x = plan.in(x_in);
    if (attrs.kind < ASSAY_NORM_LAYER || attrs.kind > ASSAY_NORM_BATCH) {
        unsupported("norm: kind " + std::to_string(attrs.kind) + " is unknown");
    }
    if (attrs.activation < ASSAY_ACT_NONE || attrs.activation > ASSAY_ACT_SILU) {
        unsupported("norm: activation " + std::to_string(attrs.activation) + " is unknown");
    }
    plan.compute_as(x);
    for (const View& view : plan.inputs) plan.take_real(view, "an input");
    for (const View& view : plan.outputs) plan.take_real(view, "an output");
    for (const View* view : {&plan.in(residual_in), &plan.out(0), &plan.out(1)}) {
        require(!view->present() || view->same_dims(x), "norm: X and Y, or the residual, differ");
    }
    const bool given = plan.has(mean_in) && plan.has(variance_in);
    const bool needs = attrs.kind == ASSAY_NORM_BATCH;
    require(needs ? given : !plan.has(mean_in) && !plan.has(variance_in),
            "norm: a mean and a variance are given to batch norms, and to no others");
}

/// Y's dimensions are those of X that stay.
Layout kept_output(const View& x, const View& y, const assay_reduce_attrs& attrs) {
    Layout kept;
    int next = 0;
    for (int i = 0; i < x.rank(); ++i) {
        const bool goes = (attrs.axes_mask >> i & 1u) != 0;
        if (goes && attrs.keep_dims == 0) continue;
        require(next < y.rank() && y.dim(next) == (goes ? 1 : x.dim(i)),
                "reduce: Y has not the right dimensions");
        if (!goes) kept.add(y.dim(next), y.step(next));
        ++next;
    }
    require(next == y.rank(), "reduce: Y has not the right dimensions");
    return kept;
}

}  // namespace

void plan_softmax(Plan& plan, const sdk::Op& op) {
    const auto attrs = op.attrs<assay_softmax_attrs>();
    const View &x = plan.in(0), &y = plan.out(0);
    plan.compute_as(x);
    plan.take_real(y, "Y");
    require(x.same_dims(y), "softmax: Y has not the dimensions of X");
    const int axis = attrs.axis < 0 ? attrs.axis + x.rank() : attrs.axis;
    require(axis >= 0 && axis < x.rank(), "softmax: axis is outside of X");
    Launch& launch = plan.add(Kernel::softmax, plan.element, x.count() / x.dim(axis));
    Problem& problem = launch.call.arguments.problem;
    problem.layouts[0] = without(x.layout, axis);
    problem.layouts[1] = without(y.layout, axis);
    merge({problem.layouts, problem.layouts + 1});
    problem.numbers[0] = x.dim(axis);
    problem.numbers[1] = x.step(axis);
    problem.numbers[2] = y.step(axis);
    problem.numbers[3] = attrs.logarithm;
}

void plan_norm(Plan& plan, const sdk::Op& op) {
    const auto attrs = op.attrs<assay_norm_attrs>();
    check_norm(plan, attrs);
    const View& x = plan.in(x_in);
    const sdk::Lines lines = lines_of(x, attrs);
    Launch& launch =
        plan.add(Kernel::norm, plan.element, x.count() / (lines.channels * lines.spatial));
    Problem& problem = launch.call.arguments.problem;
    std::int64_t* numbers = problem.numbers;
    numbers[0] = attrs.kind;
    numbers[1] = lines.channels;
    numbers[2] = lines.spatial;
    numbers[3] = lines.groups;
    numbers[4] = attrs.activation;
    problem.reals[0] = attrs.epsilon;
    const View* views[] = {&x, &plan.in(residual_in), &plan.out(0), &plan.out(1)};
    for (int i = 0; i < 4; ++i) {
        if (views[i]->present()) {
            problem.layouts[i] = line_begins(*views[i], lines, numbers + 8 + 2 * i);
        }
    }
    constexpr NormInput parameters[] = {gamma_in, beta_in, mean_in, variance_in};
    for (int i = 0; i < 4; ++i) {
        const View& view = plan.in(static_cast<std::size_t>(parameters[i]));
        if (!view.present()) continue;
        numbers[16 + i] =
            vector_step(view, lines.channels * lines.groups, "norm: gamma, beta, mean or variance");
    }
    for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
        if (plan.has(i)) numbers[5] |= std::int64_t{1} << i;
    }
    if (plan.out(1).present()) numbers[5] |= std::int64_t{1} << 7;
}

void plan_reduce(Plan& plan, const sdk::Op& op) {
    const auto attrs = op.attrs<assay_reduce_attrs>();
    const View &x = plan.in(0), &y = plan.out(0);
    if (attrs.function < ASSAY_REDUCE_SUM || attrs.function > ASSAY_REDUCE_ARGMIN) {
        unsupported("reduce: function " + std::to_string(attrs.function) + " is unknown");
    }
    const bool index =
        attrs.function == ASSAY_REDUCE_ARGMAX || attrs.function == ASSAY_REDUCE_ARGMIN;
    plan.compute_as(x);
    if (!index) plan.take_real(y, "Y");
    if (index && y.dtype != ASSAY_I32) unsupported("reduce: indices are i32");
    require(attrs.axes_mask != 0 && attrs.axes_mask >> x.rank() == 0,
            "reduce: axes_mask names no dimension, or one that is not there");
    Layout kept, gone;
    for (int i = 0; i < x.rank(); ++i) {
        ((attrs.axes_mask >> i & 1u) != 0 ? gone : kept).add(x.dim(i), x.step(i));
    }
    if (index && gone.rank > 1) unsupported("reduce: an index over more than one axis");
    Launch& launch = plan.add(Kernel::reduce, plan.element, kept.count);
    Problem& problem = launch.call.arguments.problem;
    problem.layouts[0] = kept;
    problem.layouts[1] = gone;
    problem.layouts[2] = kept_output(x, y, attrs);
    merge({problem.layouts, problem.layouts + 2});
    merge({problem.layouts + 1});
    problem.numbers[0] = attrs.function;
}

}  // namespace assay::cuda
