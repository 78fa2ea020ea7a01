// SPDX-License-Identifier: Apache-2.0
// What moves elements: gather (alone or in bags), scatter into a cache, copies of every kind.
// Elements of any whole number of bytes, as unsigned integers of that width.
#include <algorithm>

#include "op_exec.hpp"

namespace assay::opencl {
namespace {

std::string element(const View& view) {
    constexpr const char* widths[] = {"uchar", "ushort", "uint", "ulong"};
    int place = 0;
    while (std::uint64_t{1} << place < view.width) ++place;
    return std::string(" -DE=") + widths[place];
}

std::string index_type(const View& view, const char* what) {
    return wide_index(view, what) ? " -DTI=long" : " -DTI=int";
}

// ---------------------------------------------------------------- gather

void plan_bags(Plan& plan, const assay_gather_attrs& attrs) {
    const View &table = plan.in(0), &indices = plan.in(1), &y = plan.out(0);
    if (attrs.bag != ASSAY_REDUCE_SUM && attrs.bag != ASSAY_REDUCE_MEAN) {
        unsupported("gather: bags of function " + std::to_string(attrs.bag));
    }
    plan.take_real(table, "the table");
    plan.take_real(y, "Y");
    require(attrs.axis == 0 && table.rank() == 2 && indices.rank() == 2 && y.rank() == 2 &&
                y.dim(0) == indices.dim(0) && y.dim(1) == table.dim(1),
            "gather: bags need a table [rows, width], indices [bags, per bag], Y [bags, width]");
    Launch& launch = plan.add("moves", "gather_bags", y.count());
    launch.macros = " -DGATHER" + element(table) + index_type(indices, "gather: indices");
    const std::int64_t numbers[] = {
        table.dim(1),  indices.dim(1), table.dim(0),    attrs.bag == ASSAY_REDUCE_MEAN,
        table.step(0), table.step(1),  indices.step(0), indices.step(1),
        y.step(0),     y.step(1)};
    std::copy(std::begin(numbers), std::end(numbers), launch.problem.numbers);
}

// ---------------------------------------------------------------- copy

/// Y's dimensions with X's steps: one launch moves it.
void add_copy(Plan& plan, std::size_t input, const Layout& from, std::int64_t begin,
              const Layout& to, std::int64_t to_begin) {
    Launch& launch = plan.add("moves", "copy", to.count);
    launch.tensors = {input, plan.inputs.size()};
    launch.macros = " -DCOPY" + element(plan.out(0));
    launch.problem.layouts[0] = from;
    launch.problem.layouts[1] = to;
    merge({launch.problem.layouts, launch.problem.layouts + 1});
    launch.problem.numbers[0] = begin;
    launch.problem.numbers[1] = to_begin;
}

void plan_transpose(Plan& plan, const assay_copy_attrs& attrs) {
    const View &x = plan.in(0), &y = plan.out(0);
    require(x.rank() == y.rank(), "copy: X and Y have different ranks");
    Layout from;
    unsigned seen = 0;
    for (int i = 0; i < x.rank(); ++i) {
        const std::int64_t of_x = attrs.params[i];
        require(of_x >= 0 && of_x < x.rank(), "copy: a transposition names no dimension of X");
        seen |= 1u << of_x;
        require(y.dim(i) == x.dim(static_cast<int>(of_x)), "copy: Y is not X transposed");
        from.add(y.dim(i), x.step(static_cast<int>(of_x)));
    }
    require(seen + 1 == 1u << x.rank(), "copy: a dimension is named twice");
    add_copy(plan, 0, from, 0, y.layout, 0);
}

void plan_slice(Plan& plan, const assay_copy_attrs& attrs) {
    const View &x = plan.in(0), &y = plan.out(0);
    require(x.rank() == y.rank(), "copy: X and Y have different ranks");
    Layout from;
    std::int64_t begin = 0;
    for (int i = 0; i < x.rank(); ++i) {
        const std::int64_t given = attrs.params[ASSAY_MAX_RANK + i], step = given == 0 ? 1 : given;
        const std::int64_t first = attrs.params[i], last = first + (y.dim(i) - 1) * step;
        require(std::min(first, last) >= 0 && std::max(first, last) < x.dim(i),
                "copy: the slice leaves X");
        from.add(y.dim(i), step * x.step(i));
        begin += first * x.step(i);
    }
    add_copy(plan, 0, from, begin, y.layout, 0);
}

void plan_concat(Plan& plan, const assay_copy_attrs& attrs) {
    const View& y = plan.out(0);
    const int axis = attrs.axis;
    require(axis >= 0 && axis < y.rank(), "copy: axis is outside of Y");
    std::int64_t at = 0;
    for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
        const View& x = plan.in(i);
        require(x.present() && x.rank() == y.rank(), "copy: an input has not the rank of Y");
        Layout to;
        for (int d = 0; d < y.rank(); ++d) {
            require(d == axis || x.dim(d) == y.dim(d), "copy: an input does not fit into Y");
            to.add(x.dim(d), y.step(d));
        }
        require(at + x.dim(axis) <= y.dim(axis), "copy: the inputs do not fit into Y");
        add_copy(plan, i, x.layout, 0, to, at * y.step(axis));
        at += x.dim(axis);
    }
    require(at == y.dim(axis), "copy: the inputs do not fill Y");
}

/// The bits of a number in the type of the elements.
std::int64_t bits_of(double value, const View& view) {
    std::int64_t bits = 0;
    if (value == 0) return 0;
    if (view.dtype == ASSAY_F32) {
        const auto narrow = static_cast<float>(value);
        std::memcpy(&bits, &narrow, sizeof narrow);
    } else if (view.dtype == ASSAY_F64) {
        std::memcpy(&bits, &value, sizeof value);
    } else if (view.dtype >= ASSAY_I64) {
        bits = static_cast<std::int64_t>(value);
    } else {
        unsupported("copy: padding of this type with anything but 0");
    }
    return bits;
}

void plan_pad(Plan& plan, const assay_copy_attrs& attrs) {
    const View &x = plan.in(0), &y = plan.out(0);
    require(x.rank() == y.rank(), "copy: X and Y have different ranks");
    if (attrs.pad_mode < ASSAY_PAD_CONSTANT || attrs.pad_mode > ASSAY_PAD_REFLECT) {
        unsupported("copy: pad_mode " + std::to_string(attrs.pad_mode) + " is unknown");
    }
    Launch& launch = plan.add("moves", "pad", y.count());
    launch.macros = " -DCOPY" + element(y);
    launch.problem.layouts[0] = x.layout;
    launch.problem.layouts[1] = y.layout;
    launch.problem.numbers[0] = attrs.pad_mode;
    launch.problem.numbers[1] = bits_of(attrs.value, y);
    for (int i = 0; i < x.rank(); ++i) {
        const std::int64_t before = attrs.params[i], after = attrs.params[ASSAY_MAX_RANK + i];
        if (before < 0 || after < 0) unsupported("copy: a negative padding");
        require(y.dim(i) == x.dim(i) + before + after, "copy: Y is not X with its padding");
        require(attrs.pad_mode != ASSAY_PAD_REFLECT || std::max(before, after) < x.dim(i),
                "copy: more padding than there is to reflect");
        launch.problem.numbers[2 + i] = before;
    }
}

void plan_expand(Plan& plan, const assay_copy_attrs&) {
    add_copy(plan, 0, broadcast(plan.in(0), plan.out(0).layout, "copy: X"), 0, plan.out(0).layout,
             0);
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

void plan_gather(Plan& plan, const sdk::Op& op) {
    const auto attrs = op.attrs<assay_gather_attrs>();
    const View &table = plan.in(0), &indices = plan.in(1), &y = plan.out(0);
    plan.checks_indices = true;
    if (attrs.bag != 0) return plan_bags(plan, attrs);
    same_type(table, y, "gather");
    const int axis = attrs.axis;
    require(axis >= 0 && axis < table.rank(), "gather: axis is outside of the table");
    Layout wanted, parts;
    if (table.rank() - 1 + indices.rank() > ASSAY_MAX_RANK) unsupported("gather: rank beyond 8");
    for (int i = 0; i < table.rank(); ++i) {
        if (i != axis) {
            parts.add(table.dim(i), table.step(i));
            wanted.add(table.dim(i), 0);
            continue;
        }
        for (int j = 0; j < indices.rank(); ++j) wanted.add(indices.dim(j), 0);
    }
    require(wanted.rank == y.rank() &&
                std::equal(wanted.dims, wanted.dims + wanted.rank, y.layout.dims),
            "gather: Y has not the right dimensions");
    Launch& launch = plan.add("moves", "gather", y.count());
    launch.macros = " -DGATHER" + element(y) + index_type(indices, "gather: indices");
    launch.problem.layouts[0] = parts;
    launch.problem.layouts[1] = indices.layout;
    launch.problem.layouts[2] = y.layout;
    launch.problem.numbers[0] = axis;
    launch.problem.numbers[1] = table.dim(axis);
    launch.problem.numbers[2] = table.step(axis);
}

void plan_scatter(Plan& plan, const sdk::Op&) {
    const View &cache = plan.in(0), &x = plan.in(1), &positions = plan.in(2), &y = plan.out(0);
    plan.checks_indices = plan.in_place = true;
    require(cache.rank() == 4 && x.rank() == 4 && cache.same_dims(y),
            "scatter: the cache is [batch, heads, capacity, head] on both sides");
    require(x.dim(0) == cache.dim(0) && x.dim(1) == cache.dim(1) && x.dim(3) == cache.dim(3) &&
                x.dim(2) <= cache.dim(2),
            "scatter: X does not fit the cache");
    same_type(cache, x, "scatter");
    same_type(cache, y, "scatter");
    require(std::equal(y.layout.steps, y.layout.steps + 4, cache.layout.steps),
            "scatter: the cache has other steps as an output");
    Launch& launch = plan.add("moves", "scatter", x.count());
    launch.macros = " -DGATHER" + element(y) + index_type(positions, "scatter: positions");
    launch.problem.layouts[0] = x.layout;
    launch.problem.layouts[1] = cache.layout;
    launch.problem.numbers[0] = vector_step(positions, x.dim(0), "scatter: positions");
    launch.problem.numbers[1] = cache.dim(2) - x.dim(2);
}

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

}  // namespace assay::opencl
