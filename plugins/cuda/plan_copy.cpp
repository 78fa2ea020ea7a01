// SPDX-License-Identifier: Apache-2.0
// Copies of every kind: transpose, slice, concat, pad, expand. The kernels: kernels/moves.hpp.
#include <algorithm>
#include <cstring>
#include <iterator>

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include "op_plan.hpp"

namespace assay::cuda {
namespace {

struct Part {
    std::size_t input = 0;
    Layout from, to;  ///< of the same dimensions
    std::int64_t begin = 0, to_begin = 0;
};

/// One launch moves it.
void add_copy(Plan& plan, const Part& part) {
    Launch& launch = plan.add(Kernel::copy, moved(plan.out(0)), part.to.count);
    launch.tensors = {part.input, plan.inputs.size()};
    Problem& problem = launch.call.arguments.problem;
    problem.layouts[0] = part.from;
    problem.layouts[1] = part.to;
    merge({problem.layouts, problem.layouts + 1});
    problem.numbers[0] = part.begin;
    problem.numbers[1] = part.to_begin;
}

void plan_transpose(Plan& plan, const assay_copy_attrs& attrs) {
    const View &x = plan.in(0), &y = plan.out(0);
    require(x.rank() == y.rank(), "copy: X and Y have different ranks");
    Part part;
    unsigned seen = 0;
    for (int i = 0; i < x.rank(); ++i) {
        const std::int64_t of_x = attrs.params[i];
        require(of_x >= 0 && of_x < x.rank(), "copy: a transposition names no dimension of X");
        seen |= 1u << of_x;
        require(y.dim(i) == x.dim(static_cast<int>(of_x)), "copy: Y is not X transposed");
        part.from.add(y.dim(i), x.step(static_cast<int>(of_x)));
    }
    require(seen + 1 == 1u << x.rank(), "copy: a dimension is named twice");
    part.to = y.layout;
    add_copy(plan, part);
}

void plan_slice(Plan& plan, const assay_copy_attrs& attrs) {
    const View &x = plan.in(0), &y = plan.out(0);
    require(x.rank() == y.rank(), "copy: X and Y have different ranks");
    Part part;
    for (int i = 0; i < x.rank(); ++i) {
        const std::int64_t given = attrs.params[ASSAY_MAX_RANK + i], step = given == 0 ? 1 : given;
        const std::int64_t first = attrs.params[i], last = first + (y.dim(i) - 1) * step;
        require(std::min(first, last) >= 0 && std::max(first, last) < x.dim(i),
                "copy: the slice leaves X");
        part.from.add(y.dim(i), step * x.step(i));
        part.begin += first * x.step(i);
    }
    part.to = y.layout;
    add_copy(plan, part);
}

void plan_concat(Plan& plan, const assay_copy_attrs& attrs) {
    const View& y = plan.out(0);
    const int axis = attrs.axis;
    require(axis >= 0 && axis < y.rank(), "copy: axis is outside of Y");
    std::int64_t at = 0;
    for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
        const View& x = plan.in(i);
        require(x.present() && x.rank() == y.rank(), "copy: an input has not the rank of Y");
        Part part;
        part.input = i;
        part.from = x.layout;
        for (int d = 0; d < y.rank(); ++d) {
            require(d == axis || x.dim(d) == y.dim(d), "copy: an input does not fit into Y");
            part.to.add(x.dim(d), y.step(d));
        }
        require(at + x.dim(axis) <= y.dim(axis), "copy: the inputs do not fit into Y");
        part.to_begin = at * y.step(axis);
        add_copy(plan, part);
        at += x.dim(axis);
    }
    require(at == y.dim(axis), "copy: the inputs do not fill Y");
}

template <class T>
std::int64_t bits_as(T value) {
    std::int64_t bits = 0;
    std::memcpy(&bits, &value, sizeof value);
    return bits;
}

/// The bits of a number in the type of the elements.
std::int64_t bits_of(double value, const View& view) {
    if (value == 0) return 0;
    if (view.dtype == ASSAY_F64) return bits_as(value);
    if (view.dtype == ASSAY_F32) return bits_as(static_cast<float>(value));
    if (view.dtype == ASSAY_F16) return bits_as(__double2half(value));
    if (view.dtype == ASSAY_BF16) return bits_as(__double2bfloat16(value));
    if (view.dtype >= ASSAY_I64) return static_cast<std::int64_t>(value);
    unsupported("copy: padding of this type with anything but 0");
}

void plan_pad(Plan& plan, const assay_copy_attrs& attrs) {
    const View &x = plan.in(0), &y = plan.out(0);
    require(x.rank() == y.rank(), "copy: X and Y have different ranks");
    if (attrs.pad_mode < ASSAY_PAD_CONSTANT || attrs.pad_mode > ASSAY_PAD_REFLECT) {
        unsupported("copy: pad_mode " + std::to_string(attrs.pad_mode) + " is unknown");
    }
    Launch& launch = plan.add(Kernel::pad, moved(y), y.count());
    Problem& problem = launch.call.arguments.problem;
    problem.layouts[0] = x.layout;
    problem.layouts[1] = y.layout;
    problem.numbers[0] = attrs.pad_mode;
    problem.numbers[1] = bits_of(attrs.value, y);
    for (int i = 0; i < x.rank(); ++i) {
        const std::int64_t before = attrs.params[i], after = attrs.params[ASSAY_MAX_RANK + i];
        if (before < 0 || after < 0) unsupported("copy: a negative padding");
        require(y.dim(i) == x.dim(i) + before + after, "copy: Y is not X with its padding");
        require(attrs.pad_mode != ASSAY_PAD_REFLECT || std::max(before, after) < x.dim(i),
                "copy: more padding than there is to reflect");
        problem.numbers[2 + i] = before;
    }
}

void plan_expand(Plan& plan, const assay_copy_attrs&) {
    Part part;
    part.to = plan.out(0).layout;
    part.from = broadcast(plan.in(0), part.to, "copy: X");
    add_copy(plan, part);
}

struct CopyRow {
    int function;
    void (*plan)(Plan&, const assay_copy_attrs&);
};
constexpr CopyRow copies[] = {
    {ASSAY_COPY_TRANSPOSE, plan_transpose}, {ASSAY_COPY_SLICE, plan_slice},
    {ASSAY_COPY_CONCAT, plan_concat},       {ASSAY_COPY_PAD, plan_pad},
    {ASSAY_COPY_EXPAND, plan_expand},
};

}  // namespace

void plan_copy(Plan& plan, const sdk::Op& op) {
    const auto attrs = op.attrs<assay_copy_attrs>();
    const auto* row = std::find_if(std::begin(copies), std::end(copies), [&](const CopyRow& each) {
        return each.function == attrs.function;
    });
    if (row == std::end(copies)) {
        unsupported("copy: function " + std::to_string(attrs.function) + " is unknown");
    }
    for (const View& view : plan.inputs) same_type(view, plan.out(0), "copy");
    require(plan.inputs.size() == 1 || attrs.function == ASSAY_COPY_CONCAT,
            "copy: only concat takes more than one input");
    row->plan(plan, attrs);
}

}  // namespace assay::cuda
