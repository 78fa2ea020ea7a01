// SPDX-License-Identifier: Apache-2.0
// Softmax, norms, reductions: what computes along lines.
#include <algorithm>

#include "assay/sdk/lines.hpp"
#include "op_exec.hpp"

namespace assay::opencl {
namespace {

constexpr std::size_t one_line = 1;  // chosen: a line is work enough for a group of its own

enum NormInput { x_in, gamma_in, beta_in, residual_in, mean_in, variance_in };

void check_norm(const Plan& plan, const assay_norm_attrs& attrs) {
    const int kinds[] = {ASSAY_NORM_LAYER, ASSAY_NORM_RMS, ASSAY_NORM_GROUP, ASSAY_NORM_BATCH};
    if (std::find(std::begin(kinds), std::end(kinds), attrs.kind) == std::end(kinds)) {
        unsupported("norm: kind " + std::to_string(attrs.kind) + " is unknown");
    }
    const View& x = plan.in(x_in);
    for (const View* like : {&plan.in(residual_in), &plan.out(0), &plan.out(1)}) {
        require(!like->present() || like->same_dims(x),
                "norm: the residual, Y and the sum have X's dimensions");
    }
    for (const View& view : plan.inputs) plan.take_real(view, "an input");
    for (const View& view : plan.outputs) plan.take_real(view, "an output");
    const bool given = attrs.kind == ASSAY_NORM_BATCH;
    require(plan.has(mean_in) == given && plan.has(variance_in) == given,
            "norm: mean and variance are given for a batch norm, and for that alone");
    if (attrs.activation < ASSAY_ACT_NONE || attrs.activation > ASSAY_ACT_SILU) {
        unsupported("norm: activation " + std::to_string(attrs.activation) + " is unknown");
    }
}

}  // namespace

void plan_softmax(Plan& plan, const sdk::Op& op) {
    const auto attrs = op.attrs<assay_softmax_attrs>();
    const View &x = plan.in(0), &y = plan.out(0);
    plan.take_real(x, "X");
    plan.take_real(y, "Y");
    require(x.same_dims(y), "softmax: Y has not the dimensions of X");
    const int axis = attrs.axis < 0 ? attrs.axis + x.rank() : attrs.axis;
    require(axis >= 0 && axis < x.rank(), "softmax: axis is outside of X");
    Launch& launch = plan.add("rows", "softmax", x.count() / x.dim(axis), one_line);
    Layout* layouts = launch.problem.layouts;
    layouts[0] = without(x.layout, axis);
    layouts[1] = without(y.layout, axis);
    merge({layouts, layouts + 1});
    std::int64_t* numbers = launch.problem.numbers;
    numbers[0] = x.dim(axis);
    numbers[1] = x.step(axis);
    numbers[2] = y.step(axis);
    numbers[3] = attrs.logarithm;
}

void plan_norm(Plan& plan, const sdk::Op& op) {
    const auto attrs = op.attrs<assay_norm_attrs>();
    check_norm(plan, attrs);
    const View& x = plan.in(x_in);
    const sdk::Lines lines = lines_of(x, attrs);
    const std::int64_t length = lines.channels * lines.spatial;
    Launch& launch = plan.add("rows", "norm", x.count() / length, one_line);
    std::int64_t* numbers = launch.problem.numbers;
    numbers[0] = attrs.kind;
    numbers[1] = lines.channels;
    numbers[2] = lines.spatial;
    numbers[3] = lines.groups;
    numbers[4] = attrs.activation;
    numbers[5] = plan.number(attrs.epsilon);
    const View* views[] = {&x, &plan.in(residual_in), &plan.out(0), &plan.out(1)};
    for (int i = 0; i < 4; ++i) {
        if (views[i]->present()) {
            launch.problem.layouts[i] = line_begins(*views[i], lines, numbers + 8 + 2 * i);
        }
    }
    constexpr NormInput parameters[] = {gamma_in, beta_in, mean_in, variance_in};
    for (int i = 0; i < 4; ++i) {
        const View& view = plan.in(static_cast<std::size_t>(parameters[i]));
        if (!view.present()) continue;
        numbers[16 + i] =
            vector_step(view, lines.channels * lines.groups, "norm: gamma, beta, mean or variance");
    }
    numbers[20] = plan.has(gamma_in);
    numbers[21] = plan.has(beta_in);
    numbers[22] = plan.has(residual_in);
    numbers[23] = plan.has(mean_in);
    numbers[24] = plan.out(1).present();
}

void plan_reduce(Plan& plan, const sdk::Op& op) {
    const auto attrs = op.attrs<assay_reduce_attrs>();
    const View &x = plan.in(0), &y = plan.out(0);
    if (attrs.function < ASSAY_REDUCE_SUM || attrs.function > ASSAY_REDUCE_ARGMIN) {
        unsupported("reduce: function " + std::to_string(attrs.function) + " is unknown");
    }
    const bool index =
        attrs.function == ASSAY_REDUCE_ARGMAX || attrs.function == ASSAY_REDUCE_ARGMIN;
    plan.take_real(x, "X");
    if (!index) plan.take_real(y, "Y");
    if (index && y.dtype != ASSAY_I32) unsupported("reduce: indices are i32");
    require(attrs.axes_mask != 0 && attrs.axes_mask >> x.rank() == 0,
            "reduce: axes_mask names no dimension, or one that is not there");
    Layout kept, gone, kept_y;
    int next = 0;
    for (int i = 0; i < x.rank(); ++i) {
        const bool goes = (attrs.axes_mask >> i & 1u) != 0;
        (goes ? gone : kept).add(x.dim(i), x.step(i));
        if (goes && attrs.keep_dims == 0) continue;
        require(next < y.rank() && y.dim(next) == (goes ? 1 : x.dim(i)),
                "reduce: Y has not the right dimensions");
        if (!goes) kept_y.add(y.dim(next), y.step(next));
        ++next;
    }
    require(next == y.rank(), "reduce: Y has not the right dimensions");
    if (index && gone.rank > 1) unsupported("reduce: an index over more than one axis");
    Launch& launch = plan.add("rows", "reduce", kept.count, one_line);
    Layout* layouts = launch.problem.layouts;
    layouts[0] = kept;
    layouts[1] = gone;
    layouts[2] = kept_y;
    merge({layouts, layouts + 2});
    merge({layouts + 1});
    launch.macros = " -DFUNCTION=" + std::to_string(attrs.function) +
                    (index                    ? " -DTY=int"
                     : plan.real == ASSAY_F64 ? " -DTY=double"
                                              : " -DTY=float");
}

}  // namespace assay::opencl
