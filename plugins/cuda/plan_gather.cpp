// SPDX-License-Identifier: Apache-2.0
// Gather (alone or in bags) and scatter into a cache. The kernels: kernels/moves.hpp.
#include <algorithm>
#include <iterator>

#include "op_plan.hpp"

namespace assay::cuda {
namespace {

void plan_bags(Plan& plan, const assay_gather_attrs& attrs) {
    const View &table = plan.in(0), &indices = plan.in(1), &y = plan.out(0);
    if (attrs.bag != ASSAY_REDUCE_SUM && attrs.bag != ASSAY_REDUCE_MEAN) {
        unsupported("gather: bags of function " + std::to_string(attrs.bag));
    }
    plan.compute_as(table);
    plan.take_real(y, "Y");
    require(attrs.axis == 0 && table.rank() == 2 && indices.rank() == 2 && y.rank() == 2 &&
                y.dim(0) == indices.dim(0) && y.dim(1) == table.dim(1),
            "gather: bags need a table [rows, width], indices [bags, per bag], Y [bags, width]");
    Launch& launch = plan.add(Kernel::gather_bags, plan.element, y.count());
    const std::int64_t numbers[] = {table.dim(1),
                                    indices.dim(1),
                                    table.dim(0),
                                    attrs.bag == ASSAY_REDUCE_MEAN,
                                    table.step(0),
                                    table.step(1),
                                    indices.step(0),
                                    indices.step(1),
                                    y.step(0),
                                    y.step(1),
                                    wide_index(indices, "gather: indices")};
    std::copy(std::begin(numbers), std::end(numbers), launch.call.arguments.problem.numbers);
}

}  // namespace

void plan_gather(Plan& plan, const sdk::Op& op) {
    const auto attrs = op.attrs<assay_gather_attrs>();
    const View &table = plan.in(0), &indices = plan.in(1), &y = plan.out(0);
    plan.checks_indices = true;
    if (attrs.bag != 0) return plan_bags(plan, attrs);
    same_type(table, y, "gather");
    const int axis = attrs.axis;
    require(axis >= 0 && axis < table.rank(), "gather: axis is outside of the table");
    if (table.rank() - 1 + indices.rank() > ASSAY_MAX_RANK) unsupported("gather: rank beyond 8");
    Layout wanted;
    for (int i = 0; i < table.rank(); ++i) {
        if (i != axis) wanted.add(table.dim(i), 0);
        for (int j = 0; i == axis && j < indices.rank(); ++j) wanted.add(indices.dim(j), 0);
    }
    require(wanted.rank == y.rank() &&
                std::equal(wanted.dims, wanted.dims + wanted.rank, y.layout.dims),
            "gather: Y has not the right dimensions");
    Launch& launch = plan.add(Kernel::gather, moved(y), y.count());
    Problem& problem = launch.call.arguments.problem;
    problem.layouts[0] = without(table.layout, axis);
    problem.layouts[1] = indices.layout;
    problem.layouts[2] = y.layout;
    problem.numbers[0] = axis;
    problem.numbers[1] = table.dim(axis);
    problem.numbers[2] = table.step(axis);
    problem.numbers[3] = wide_index(indices, "gather: indices");
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
    Launch& launch = plan.add(Kernel::scatter, moved(y), x.count());
    Problem& problem = launch.call.arguments.problem;
    problem.layouts[0] = x.layout;
    problem.layouts[1] = cache.layout;
    problem.numbers[0] = vector_step(positions, x.dim(0), "scatter: positions");
    problem.numbers[1] = cache.dim(2) - x.dim(2);
    problem.numbers[2] = wide_index(positions, "scatter: positions");
}

}  // namespace assay::cuda
