// SPDX-License-Identifier: Apache-2.0
// Convolution and pooling. Images in either layout become [n, c, three spatial dimensions].
#include "assay/sdk/windows.hpp"

#include "op_exec.hpp"

namespace assay::opencl {
void plan_conv(Plan& plan, const sdk::Op& op) {
    const auto attrs = op.attrs<assay_conv_attrs>();
    const View &x = plan.in(0), &w = plan.in(1), &residual = plan.in(3), &y = plan.out(0);
    for (const View& view : plan.inputs) plan.take_real(view, "an input");
    plan.take_real(y, "Y");
    require(w.rank() == x.rank() && y.rank() == x.rank(), "conv: X, W and Y differ in rank");
    const int spatial = spatial_of(x, attrs, "conv");
    if (attrs.activation < ASSAY_ACT_NONE || attrs.activation > ASSAY_ACT_SILU) {
        unsupported("conv: activation " + std::to_string(attrs.activation) + " is unknown");
    }
    Launch& launch = plan.add("windows", "conv", y.count());
    if (attrs.transposed != 0) launch.macros = " -DTRANSPOSED";
    Layout* layouts = launch.problem.layouts;
    std::int64_t* numbers = launch.problem.numbers;
    layouts[0] = image_of(x, attrs.layout);
    layouts[1] = image_of(w, attrs.layout);
    layouts[2] = image_of(y, attrs.layout);
    sdk::put_window(numbers, attrs, spatial, "conv");
    numbers[16] = attrs.groups == 0 ? 1 : attrs.groups;
    numbers[17] = attrs.activation;
    check_channels(layouts[0], layouts[1], layouts[2], numbers[16], attrs.transposed != 0);
    check_conv_sizes(layouts[0], layouts[1], layouts[2], numbers, attrs);
    numbers[18] = plan.has(2);
    numbers[19] = plan.has(3);
    if (plan.has(2)) numbers[20] = vector_step(plan.in(2), layouts[2].dims[1], "conv: bias");
    if (!plan.has(3)) return;
    require(residual.same_dims(y), "conv: the residual has not the dimensions of Y");
    layouts[3] = image_of(residual, attrs.layout);
}

void plan_pool(Plan& plan, const sdk::Op& op) {
    const auto attrs = op.attrs<assay_pool_attrs>();
    const View &x = plan.in(0), &y = plan.out(0);
    plan.take_real(x, "X");
    plan.take_real(y, "Y");
    require(x.rank() == y.rank(), "pool: X and Y differ in rank");
    const int spatial = spatial_of(x, attrs, "pool");
    if (attrs.function != ASSAY_REDUCE_MAX && attrs.function != ASSAY_REDUCE_MEAN) {
        unsupported("pool: function " + std::to_string(attrs.function));
    }
    Launch& launch = plan.add("windows", "pool", y.count());
    Layout* layouts = launch.problem.layouts;
    std::int64_t* numbers = launch.problem.numbers;
    layouts[0] = image_of(x, attrs.layout);
    layouts[1] = image_of(y, attrs.layout);
    assay_pool_attrs window = attrs;
    if (attrs.global != 0) window = assay_pool_attrs{};
    sdk::put_window(numbers, window, spatial, "pool");
    require(layouts[0].dims[0] == layouts[1].dims[0] && layouts[0].dims[1] == layouts[1].dims[1],
            "pool: X and Y differ in images or channels");
    for (int i = 0; i < spatial; ++i) {
        const std::int64_t in = layouts[0].dims[2 + i], out = layouts[1].dims[2 + i];
        numbers[12 + i] = attrs.global != 0 ? in : attrs.window[i];
        require(numbers[12 + i] >= 1, "pool: a window needs a size of 1 or more");
        require(attrs.global == 0 || out == 1, "pool: Y of a global pool is 1 in space");
        require((out - 1) * numbers[i] < in + numbers[6 + i] + numbers[9 + i],
                "pool: the last window is beyond X");
    }
    numbers[21] = attrs.function == ASSAY_REDUCE_MEAN;
    numbers[22] = attrs.count_padding != 0;
}

}  // namespace assay::opencl
