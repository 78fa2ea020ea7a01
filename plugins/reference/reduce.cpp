// SPDX-License-Identifier: Apache-2.0
// Reductions over axes, and the k largest along one.
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>

#include "plugins/reference/ops.hpp"

namespace reference {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Function {
    int code;
    double first;  ///< of an empty set
    double (*join)(double sum, double x);
    bool index = false;  ///< the answer is where it is, not what it is
};

// A NaN wins over any number in max and min, as in NumPy.
double larger(double sum, double x) {
    return x > sum || std::isnan(x) ? x : sum;
}
double smaller(double sum, double x) {
    return x < sum || std::isnan(x) ? x : sum;
}
double add(double sum, double x) {
    return sum + x;
}

constexpr Function functions[] = {
    {ASSAY_REDUCE_SUM, 0, add},
    {ASSAY_REDUCE_MEAN, 0, add},
    {ASSAY_REDUCE_MAX, -infinity, larger},
    {ASSAY_REDUCE_ARGMAX, -infinity, larger, true},
    {ASSAY_REDUCE_MIN, infinity, smaller},
    {ASSAY_REDUCE_PRODUCT, 1, [](double sum, double x) { return sum * x; }},
    {ASSAY_REDUCE_SUM_SQUARES, 0, [](double sum, double x) { return sum + x * x; }},
    {ASSAY_REDUCE_ARGMIN, infinity, smaller, true},
};

const Function& function_of(int code) {
    for (const Function& function : functions) {
        if (function.code == code) return function;
    }
    sdk::fail(ASSAY_ERR_UNSUPPORTED, "reduce: function %d", code);
}

/// X's dimensions cut in two: kept are 1 in `inner`, reduced are 1 in `outer`.
struct Cut {
    Shape outer, inner;
    Index steps{};  ///< of X
};

/// One element of the answer; from: where its elements begin in x.
double reduce(const Function& function, const Cut& cut, const double* x, std::int64_t from) {
    double sum = function.first, place = 0, next = 0;
    each(cut.inner, [&](const Index& at) {
        const double value = x[from + offset(cut.steps, at, cut.inner.rank)];
        const double joined = function.join(sum, value);
        if (joined != sum && !std::isnan(sum)) place = next;
        sum = joined;
        next += 1;
    });
    if (function.index) return place;
    return function.code == ASSAY_REDUCE_MEAN ? sum / next : sum;
}

Cut cut_of(const Shape& x, std::uint32_t axes) {
    agree(axes != 0 && axes >> x.rank == 0, "reduce", "axes_mask " + std::to_string(axes));
    Cut cut{x, x, dense_steps(x)};
    for (int i = 0; i < x.rank; ++i) {
        const bool reduced = (axes >> i & 1u) != 0;
        (reduced ? cut.outer : cut.inner)[i] = 1;
    }
    return cut;
}

Shape without(const Shape& x, std::uint32_t axes) {
    Shape left;
    for (int i = 0; i < x.rank; ++i) {
        if ((axes >> i & 1u) == 0) left[left.rank++] = x[i];
    }
    return left;
}

/// Rows along one axis: neighbours lie `step` apart.
struct Rows {
    std::int64_t length, step, k;
    bool smallest;
};

/// Sorts the first k of `order` by value, then by index; a NaN counts as the largest.
void sort_row(const Rows& rows, const double* x, std::vector<std::int64_t>& order) {
    std::iota(order.begin(), order.end(), 0);
    const auto key = [&](std::int64_t i) {
        const double value = x[i * rows.step];
        const double up = std::isnan(value) ? infinity : value;
        return rows.smallest ? up : -up;
    };
    const auto before = [&](std::int64_t i, std::int64_t j) {
        return key(i) != key(j) ? key(i) < key(j) : i < j;
    };
    std::partial_sort(order.begin(), order.begin() + rows.k, order.end(), before);
}

void topk(const Rows& rows, Arrays& io, std::vector<std::int64_t>& order) {
    const auto total = static_cast<std::int64_t>(io.in[0].x.size());
    for (std::int64_t i = 0; i < total; ++i) {
        if (i / rows.step % rows.length != 0) continue;  // not the first of its row
        const double* x = io.in[0].x.data() + i;
        sort_row(rows, x, order);
        const std::int64_t to = i / (rows.step * rows.length) * rows.step * rows.k + i % rows.step;
        for (std::int64_t p = 0; p < rows.k; ++p) {
            const auto at = static_cast<std::size_t>(to + p * rows.step);
            const std::int64_t chosen = order[static_cast<std::size_t>(p)];
            io.out[0].x[at] = x[chosen * rows.step];
            io.out[1].x[at] = static_cast<double>(chosen);
        }
    }
}

}  // namespace

Plan plan_reduce(const sdk::Op& op) {
    Plan plan = begin(op, {"reduce", 1, 1});
    const auto attrs = op.attrs<assay_reduce_attrs>();
    const Function& function = function_of(attrs.function);
    const Cut cut = cut_of(plan.in(0), attrs.axes_mask);
    const Shape wanted = attrs.keep_dims != 0 ? cut.outer : without(plan.in(0), attrs.axes_mask);
    agree(plan.out(0) == wanted, "reduce",
          "Y is " + text_of(plan.out(0)) + ", should be " + text_of(wanted));
    const bool one_axis = (attrs.axes_mask & (attrs.axes_mask - 1)) == 0;
    can(!function.index || one_axis, "reduce", "an index over more than one axis");
    can(!function.index || plan.views.out[0].dtype == ASSAY_I32, "reduce", "indices are i32");
    plan.compute = [function, cut](Arrays& io) {
        std::size_t next = 0;
        each(cut.outer, [&](const Index& at) {
            const std::int64_t from = offset(cut.steps, at, cut.outer.rank);
            io.out[0].x[next++] = reduce(function, cut, io.in[0].x.data(), from);
        });
    };
    return plan;
}

Plan plan_topk(const sdk::Op& op) {
    Plan plan = begin(op, {"topk", 1, 1, 2});
    const auto attrs = op.attrs<assay_topk_attrs>();
    Shape wanted = plan.in(0);
    agree(attrs.axis >= 0 && attrs.axis < wanted.rank, "topk",
          "axis " + std::to_string(attrs.axis));
    const std::int64_t length = wanted[attrs.axis];
    agree(attrs.k >= 0 && attrs.k <= length, "topk",
          "k is " + std::to_string(attrs.k) + " of " + std::to_string(length));
    wanted[attrs.axis] = attrs.k;
    agree(plan.views.out.size() == 2 && plan.out(0) == wanted && plan.out(1) == wanted, "topk",
          "needs values and indices of shape " + text_of(wanted));
    can(plan.views.out[1].dtype == ASSAY_I32, "topk", "indices are i32");
    const Index steps = dense_steps(plan.in(0));
    const Rows rows{length, steps[static_cast<std::size_t>(attrs.axis)], attrs.k,
                    attrs.smallest != 0};
    const auto order = std::make_shared<std::vector<std::int64_t>>();
    const auto size = static_cast<std::size_t>(length);
    plan.reserve_bytes = size * sizeof(std::int64_t);
    plan.reserve = [order, size] { order->resize(size); };
    plan.compute = [rows, order](Arrays& io) { topk(rows, io, *order); };
    return plan;
}

}  // namespace reference
