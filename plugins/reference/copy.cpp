// SPDX-License-Identifier: Apache-2.0
// What changes no element: transpose, slice, concat, pad, expand. As the operators of ONNX 1.17.
#include <algorithm>

#include "plugins/reference/number.hpp"
#include "plugins/reference/ops.hpp"

namespace reference {
namespace {

constexpr std::size_t second = ASSAY_MAX_RANK;  // where the second half of params begins

std::size_t size_of(int rank) {
    return static_cast<std::size_t>(rank);
}

/// Fills Y from X where each index of Y names one of X: f(index of Y) -> index of X.
template <class F>
void from_each(const Views& io, F&& f) {
    each(io.out[0].shape, [&](const Index& at) { io.out[0].put(at, io.in[0].get(f(at))); });
}

void plan_transpose(Plan& plan, const assay_copy_attrs& attrs) {
    const Shape &x = plan.in(0), &y = plan.out(0);
    agree(x.rank == y.rank, "copy", "X and Y have different ranks");
    unsigned seen = 0;
    for (int i = 0; i < x.rank; ++i) {
        const std::int64_t from = attrs.params[i];
        agree(from >= 0 && from < x.rank, "copy", "no dimension " + std::to_string(from));
        seen |= 1u << from;
        agree(y[i] == x[static_cast<int>(from)], "copy", "Y is not X transposed");
    }
    agree(seen + 1 == 1u << x.rank, "copy", "a dimension is named twice");
    plan.move = [attrs](const Views& io) {
        from_each(io, [&](const Index& at) {
            Index from{};
            for (std::size_t i = 0; i < size_of(io.out[0].shape.rank); ++i)
                from[static_cast<std::size_t>(attrs.params[i])] = at[i];
            return from;
        });
    };
}

void plan_slice(Plan& plan, const assay_copy_attrs& attrs) {
    const Shape &x = plan.in(0), &y = plan.out(0);
    agree(x.rank == y.rank, "copy", "X and Y have different ranks");
    Index step{};
    for (std::size_t i = 0; i < size_of(x.rank); ++i) {
        step[i] = attrs.params[second + i] == 0 ? 1 : attrs.params[second + i];
        if (y.dims[i] == 0) continue;
        const std::int64_t first = attrs.params[i], last = first + (y.dims[i] - 1) * step[i];
        agree(std::min(first, last) >= 0 && std::max(first, last) < x.dims[i], "copy",
              "the slice leaves X in dimension " + std::to_string(i));
    }
    plan.move = [attrs, step](const Views& io) {
        from_each(io, [&](const Index& at) {
            Index from{};
            for (std::size_t i = 0; i < size_of(io.out[0].shape.rank); ++i)
                from[i] = attrs.params[i] + at[i] * step[i];
            return from;
        });
    };
}

void plan_concat(Plan& plan, const assay_copy_attrs& attrs) {
    const Shape& y = plan.out(0);
    agree(attrs.axis >= 0 && attrs.axis < y.rank, "copy", "axis " + std::to_string(attrs.axis));
    std::int64_t sum = 0;
    for (const View& view : plan.views.in) {
        agree(view.present(), "copy", "an input of concat is missing");
        Shape expected = view.shape;
        agree(expected.rank == y.rank, "copy", "an input has not the rank of Y");
        sum += expected[attrs.axis];
        expected[attrs.axis] = y[attrs.axis];
        agree(expected == y, "copy", text_of(view.shape) + " does not fit into " + text_of(y));
    }
    agree(sum == y[attrs.axis], "copy", "the inputs do not fill Y");
    plan.move = [axis = size_of(attrs.axis)](const Views& io) {
        std::int64_t begin = 0;
        for (const View& view : io.in) {
            each(view.shape, [&](const Index& at) {
                Index to = at;
                to[axis] += begin;
                io.out[0].put(to, view.get(at));
            });
            begin += view.shape.dims[axis];
        }
    };
}

/// Index i before, in or after 0..size-1, brought back by the mode; -1: it is the constant.
std::int64_t padded(int mode, std::int64_t i, std::int64_t size) {
    if (i >= 0 && i < size) return i;
    if (mode == ASSAY_PAD_EDGE) return i < 0 ? 0 : size - 1;
    if (mode == ASSAY_PAD_REFLECT) return i < 0 ? -i : 2 * (size - 1) - i;
    return -1;
}

void check_pad(const Plan& plan, const assay_copy_attrs& attrs) {
    const Shape &x = plan.in(0), &y = plan.out(0);
    can(attrs.pad_mode >= ASSAY_PAD_CONSTANT && attrs.pad_mode <= ASSAY_PAD_REFLECT, "copy",
        "pad_mode " + std::to_string(attrs.pad_mode));
    agree(x.rank == y.rank, "copy", "X and Y have different ranks");
    for (std::size_t i = 0; i < size_of(x.rank); ++i) {
        const std::int64_t before = attrs.params[i], after = attrs.params[second + i];
        can(before >= 0 && after >= 0, "copy", "a negative padding");
        agree(y.dims[i] == x.dims[i] + before + after, "copy",
              "Y should be " + std::to_string(x.dims[i] + before + after) + " in dimension " +
                  std::to_string(i));
        const std::int64_t most = attrs.pad_mode == ASSAY_PAD_REFLECT ? x.dims[i] - 1 : x.dims[i];
        const bool reads = attrs.pad_mode != ASSAY_PAD_CONSTANT && before + after > 0;
        agree(!reads || (x.dims[i] > 0 &&
                         (attrs.pad_mode == ASSAY_PAD_EDGE || std::max(before, after) <= most)),
              "copy", "more padding than there is to read");
    }
}

void plan_pad(Plan& plan, const assay_copy_attrs& attrs) {
    check_pad(plan, attrs);
    plan.move = [attrs](const Views& io) {
        const View &x = io.in[0], &y = io.out[0];
        each(y.shape, [&](const Index& at) {
            Index from{};
            bool constant = false;
            for (std::size_t i = 0; i < size_of(x.shape.rank); ++i) {
                from[i] = padded(attrs.pad_mode, at[i] - attrs.params[i], x.shape.dims[i]);
                constant = constant || from[i] < 0;
            }
            y.put(at, constant ? attrs.value : x.get(from));
        });
    };
}

void plan_expand(Plan& plan, const assay_copy_attrs&) {
    const View& x = plan.views.in[0];
    const Index steps = broadcast_steps(x.shape, x.steps, plan.out(0), "copy");
    plan.move = [steps](const Views& io) {
        each(io.out[0].shape, [&](const Index& at) {
            io.out[0].put(at, io.in[0].get_at(offset(steps, at, io.out[0].shape.rank)));
        });
    };
}

struct Row {
    int function;
    void (*plan)(Plan&, const assay_copy_attrs&);
};

constexpr Row table[] = {
    {ASSAY_COPY_TRANSPOSE, plan_transpose}, {ASSAY_COPY_SLICE, plan_slice},
    {ASSAY_COPY_CONCAT, plan_concat},       {ASSAY_COPY_PAD, plan_pad},
    {ASSAY_COPY_EXPAND, plan_expand},
};

constexpr std::size_t most_inputs = 64;  // chosen: sdk::Op takes no more

}  // namespace

Plan plan_copy(const sdk::Op& op) {
    Plan plan = begin(op, {"copy", 1, most_inputs});
    const auto attrs = op.attrs<assay_copy_attrs>();
    const auto* row = std::find_if(std::begin(table), std::end(table), [&](const Row& each) {
        return each.function == attrs.function;
    });
    if (row == std::end(table)) {
        sdk::fail(ASSAY_ERR_UNSUPPORTED, "copy: function %d", attrs.function);
    }
    for (const View& view : plan.views.in) {
        agree(!view.present() || view.dtype == plan.views.out[0].dtype, "copy",
              "X and Y have different element types");
    }
    agree(plan.views.in.size() == 1 || attrs.function == ASSAY_COPY_CONCAT, "copy",
          "only concat takes more than one input");
    row->plan(plan, attrs);
    return plan;
}

}  // namespace reference
