// SPDX-License-Identifier: Apache-2.0
// Convolution and pooling. Images in either layout become [n, c, three spatial dimensions]. The
// kernels: kernels/windows.hpp.
#include "assay/sdk/windows.hpp"
#include "op_plan.hpp"

namespace assay::cuda {
void plan_conv(Plan& plan, const sdk::Op& op) {
    const auto attrs = op.attrs<assay_conv_attrs>();
    const View &x = plan.in(0), &w = plan.in(1), &residual = plan.in(3), &y = plan.out(0);
    plan.compute_as(x);
    for (const View& view : plan.inputs) plan.take_real(view, "an input");
    plan.take_real(y, "Y");
    require(w.rank() == x.rank() && y.rank() == x.rank(), "conv: X, W and Y differ in rank");
    const int spatial = spatial_of(x, attrs, "conv");
    if (attrs.activation < ASSAY_ACT_NONE || attrs.activation > ASSAY_ACT_SILU) {
        unsupported("conv: activation " + std::to_string(attrs.activation) + " is unknown");
    }
    Launch& launch = plan.add(Kernel::conv, plan.element, y.count());
    Problem& problem = launch.call.arguments.problem;
    std::int64_t* numbers = problem.numbers;
    problem.layouts[0] = image_of(x, attrs.layout);
    problem.layouts[1] = image_of(w, attrs.layout);
    problem.layouts[2] = image_of(y, attrs.layout);
    sdk::put_window(numbers, attrs, spatial, "conv");
    numbers[16] = attrs.groups == 0 ? 1 : attrs.groups;
    numbers[17] = attrs.activation;
    numbers[18] = plan.has(2);
    numbers[19] = plan.has(3);
    numbers[21] = attrs.transposed != 0;
    const Layout* layouts = problem.layouts;
    check_channels(layouts[0], layouts[1], layouts[2], numbers[16], attrs.transposed != 0);
    check_conv_sizes(layouts[0], layouts[1], layouts[2], numbers, attrs);
    if (plan.has(2)) {
        numbers[20] = vector_step(plan.in(2), problem.layouts[2].dims[1], "conv: bias");
    }
    if (!plan.has(3)) return;
    require(residual.same_dims(y), "conv: the residual has not the dimensions of Y");
    problem.layouts[3] = image_of(residual, attrs.layout);
}

void plan_pool(Plan& plan, const sdk::Op& op) {
    const auto attrs = op.attrs<assay_pool_attrs>();
    const View &x = plan.in(0), &y = plan.out(0);
    plan.compute_as(x);
    plan.take_real(y, "Y");
    require(x.rank() == y.rank(), "pool: X and Y differ in rank");
    const int spatial = spatial_of(x, attrs, "pool");
    if (attrs.function != ASSAY_REDUCE_MAX && attrs.function != ASSAY_REDUCE_MEAN) {
        unsupported("pool: function " + std::to_string(attrs.function));
    }
    Launch& launch = plan.add(Kernel::pool, plan.element, y.count());
    Problem& problem = launch.call.arguments.problem;
    std::int64_t* numbers = problem.numbers;
    problem.layouts[0] = image_of(x, attrs.layout);
    problem.layouts[1] = image_of(y, attrs.layout);
    assay_pool_attrs window = attrs;
    if (attrs.global != 0) window = assay_pool_attrs{};
    sdk::put_window(numbers, window, spatial, "pool");
    const Layout &from = problem.layouts[0], &to = problem.layouts[1];
    require(from.dims[0] == to.dims[0] && from.dims[1] == to.dims[1],
            "pool: X and Y differ in images or channels");
    for (int i = 0; i < spatial; ++i) {
        const std::int64_t in = from.dims[2 + i], out = to.dims[2 + i];
        numbers[12 + i] = attrs.global != 0 ? in : attrs.window[i];
        require(numbers[12 + i] >= 1, "pool: a window needs a size of 1 or more");
        require(attrs.global == 0 || out == 1, "pool: Y of a global pool is 1 in space");
        require((out - 1) * numbers[i] < in + numbers[6 + i] + numbers[9 + i],
                "pool: the last window is beyond X");
    }
    numbers[16] = attrs.function == ASSAY_REDUCE_MEAN;
    numbers[17] = attrs.count_padding != 0;
}

}  // namespace assay::cuda
