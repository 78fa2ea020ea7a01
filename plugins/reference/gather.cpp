// SPDX-License-Identifier: Apache-2.0
// Rows of a table by index, alone or in bags (Gather of ONNX; EmbeddingBag), and rows written into
// a cache in place.
#include "plugins/reference/ops.hpp"

namespace reference {
namespace {

/// An index read from a tensor. Throws sdk::Error INVALID when it is not 0..size-1.
std::int64_t checked_index(double value, std::int64_t size, const char* op) {
    const auto index = static_cast<std::int64_t>(value);
    if (index < 0 || index >= size) {
        sdk::fail(ASSAY_ERR_INVALID, "%s: index %lld is not 0 to %lld", op,
                  static_cast<long long>(index), static_cast<long long>(size - 1));
    }
    return index;
}

void gather(const Views& io, int axis) {
    const View &table = io.in[0], &indices = io.in[1], &y = io.out[0];
    each(y.shape, [&](const Index& at) {
        Index from{}, of_index{};
        const auto cut = static_cast<std::size_t>(axis);
        const auto many = static_cast<std::size_t>(indices.shape.rank);
        for (std::size_t i = 0; i < many; ++i) of_index[i] = at[cut + i];
        for (std::size_t i = 0; i < static_cast<std::size_t>(table.shape.rank); ++i) {
            from[i] = i < cut ? at[i] : i == cut ? 0 : at[i + many - 1];
        }
        from[cut] = checked_index(indices.get(of_index), table.shape[axis], "gather");
        y.put(at, table.get(from));
    });
}

void gather_bags(const Views& io, bool mean) {
    const View &table = io.in[0], &indices = io.in[1], &y = io.out[0];
    const std::int64_t many = indices.shape[1];
    each(y.shape, [&](const Index& at) {
        double sum = 0;
        for (std::int64_t i = 0; i < many; ++i) {
            const double index = indices.get({at[0], i});
            sum += table.get({checked_index(index, table.shape[0], "gather"), at[1]});
        }
        y.put(at, mean ? sum / static_cast<double>(many) : sum);
    });
}

Shape gathered(const Shape& table, const Shape& indices, int axis) {
    Shape y;
    can(table.rank - 1 + indices.rank <= ASSAY_MAX_RANK, "gather", "too many dimensions");
    for (int i = 0; i < table.rank; ++i) {
        if (i != axis) {
            y[y.rank++] = table[i];
            continue;
        }
        for (int j = 0; j < indices.rank; ++j) y[y.rank++] = indices[j];
    }
    return y;
}

void scatter(const Views& io) {
    const View &cache = io.out[0], &x = io.in[1], &positions = io.in[2];
    if (cache.data != io.in[0].data) {
        sdk::fail(ASSAY_ERR_INVALID,
                  "scatter: works in place, bind the output where input 0 is bound");
    }
    const std::int64_t room = cache.shape[2] - x.shape[2];
    for (std::int64_t b = 0; b < x.shape[0]; ++b) {
        checked_index(positions.get({b}), room + 1, "scatter");  // before anything is written
    }
    each(x.shape, [&](const Index& at) {
        Index to = at;
        to[2] += static_cast<std::int64_t>(positions.get({at[0]}));
        cache.put(to, x.get(at));
    });
}

}  // namespace

Plan plan_gather(const sdk::Op& op) {
    Plan plan = begin(op, {"gather", 2, 2});
    const auto attrs = op.attrs<assay_gather_attrs>();
    check_indices(plan, 1);
    const Shape &table = plan.in(0), &indices = plan.in(1);
    if (attrs.bag == 0) {
        const int axis = attrs.axis;
        agree(axis >= 0 && axis < table.rank, "gather", "axis " + std::to_string(axis));
        const Shape wanted = gathered(table, indices, axis);
        agree(plan.out(0) == wanted, "gather", "Y should be " + text_of(wanted));
        plan.move = [axis](const Views& io) { gather(io, axis); };
        return plan;
    }
    const bool mean = attrs.bag == ASSAY_REDUCE_MEAN;
    can(mean || attrs.bag == ASSAY_REDUCE_SUM, "gather", "bag " + std::to_string(attrs.bag));
    agree(table.rank == 2 && indices.rank == 2 && attrs.axis == 0, "gather",
          "bags need a table [rows, width] and indices [bags, per bag]");
    agree(plan.out(0) == Shape{2, {indices[0], table[1]}}, "gather", "Y should be [bags, width]");
    plan.move = [mean](const Views& io) { gather_bags(io, mean); };
    return plan;
}

Plan plan_scatter(const sdk::Op& op) {
    Plan plan = begin(op, {"scatter", 3, 3});
    no_attributes(op, "scatter");
    check_indices(plan, 2);
    const Shape &cache = plan.in(0), &x = plan.in(1), &positions = plan.in(2);
    agree(cache.rank == 4 && x.rank == 4, "scatter", "the cache and X need four dimensions");
    agree(cache[0] == x[0] && cache[1] == x[1] && cache[3] == x[3] && x[2] <= cache[2], "scatter",
          "X " + text_of(x) + " does not fit into the cache " + text_of(cache));
    agree(positions == Shape{1, {x[0]}}, "scatter", "positions are not one for each batch");
    const View &before = plan.views.in[0], &after = plan.views.out[0];
    agree(before.dtype == after.dtype && before.shape == after.shape && before.steps == after.steps,
          "scatter", "the output is not the cache of input 0");
    plan.move = scatter;
    return plan;
}

}  // namespace reference
