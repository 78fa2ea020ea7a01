// SPDX-License-Identifier: Apache-2.0
// Convolution and pooling. Images in either layout become [n, c, three spatial dimensions]. The
// kernels: kernels/windows.hpp.
#include "op_plan.hpp"

namespace assay::cuda {
namespace {

constexpr int most_spatial = 3;

/// [n, c, spatial...] of a tensor in the order of `layout`; missing dimensions have one element.
Layout image_of(const View& view, int layout) {
    const bool channels_last = layout == 1;
    const int spatial = view.rank() - 2, first = channels_last ? 1 : 2;
    Layout image;
    image.add(view.dim(0), view.step(0));
    image.add(view.dim(channels_last ? -1 : 1), view.step(channels_last ? -1 : 1));
    for (int i = 0; i < most_spatial; ++i) {
        const bool has = i < spatial;
        image.add(has ? view.dim(first + i) : 1, has ? view.step(first + i) : 0);
    }
    return image;
}

template <class Attrs>
int spatial_of(const View& x, const Attrs& attrs, const std::string& name) {
    const int spatial = x.rank() - 2;
    if (attrs.layout != 0 && attrs.layout != 1) {
        unsupported(name + ": layout " + std::to_string(attrs.layout) + " is unknown");
    }
    if (spatial < 1 || spatial > most_spatial) {
        unsupported(name + ": images of " + std::to_string(spatial) + " spatial dimensions");
    }
    require(attrs.spatial_rank == spatial, name + ": spatial_rank is not that of X");
    return spatial;
}

/// Steps, dilations and paddings where the kernels look for them.
template <class Attrs>
void put_window(std::int64_t* numbers, const Attrs& attrs, int spatial, const std::string& name) {
    for (int i = 0; i < most_spatial; ++i) {
        const bool has = i < spatial;
        if (has && (attrs.stride[i] < 0 || attrs.dilation[i] < 0 || attrs.pad_begin[i] < 0 ||
                    attrs.pad_end[i] < 0)) {
            unsupported(name + ": a negative stride, dilation or padding");
        }
        numbers[i] = has && attrs.stride[i] != 0 ? attrs.stride[i] : 1;
        numbers[3 + i] = has && attrs.dilation[i] != 0 ? attrs.dilation[i] : 1;
        numbers[6 + i] = has ? attrs.pad_begin[i] : 0;
        numbers[9 + i] = has ? attrs.pad_end[i] : 0;
        numbers[12 + i] = 1;
    }
}

void check_channels(const Layout* layouts, std::int64_t groups, bool transposed) {
    const Layout &x = layouts[0], &w = layouts[1], &y = layouts[2];
    require(groups > 0 && x.dims[1] % groups == 0 && y.dims[1] % groups == 0,
            "conv: channels are no multiple of groups");
    require((transposed ? w.dims[0] : w.dims[1] * groups) == x.dims[1] &&
                (transposed ? w.dims[1] * groups : w.dims[0]) == y.dims[1] &&
                x.dims[0] == y.dims[0],
            "conv: X, W and Y do not agree in images or channels");
}

void check_sizes(const Problem& problem, const assay_conv_attrs& attrs, int spatial) {
    const std::int64_t* numbers = problem.numbers;
    for (int i = 0; i < spatial; ++i) {
        if (attrs.output_pad[i] < 0 || (attrs.transposed == 0 && attrs.output_pad[i] != 0)) {
            unsupported("conv: output_pad of a convolution that is not transposed");
        }
        const std::int64_t x = problem.layouts[0].dims[2 + i], w = problem.layouts[1].dims[2 + i];
        const std::int64_t reach = numbers[3 + i] * (w - 1) + 1;
        const std::int64_t padding = numbers[6 + i] + numbers[9 + i], room = x + padding - reach;
        const std::int64_t size = attrs.transposed != 0
                                      ? (x - 1) * numbers[i] - padding + reach + attrs.output_pad[i]
                                      : (room < 0 ? 0 : room / numbers[i] + 1);
        require(problem.layouts[2].dims[2 + i] == size,
                "conv: spatial dimension " + std::to_string(i) + " of Y is not what X and W give");
    }
}

}  // namespace

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
    put_window(numbers, attrs, spatial, "conv");
    numbers[16] = attrs.groups == 0 ? 1 : attrs.groups;
    numbers[17] = attrs.activation;
    numbers[18] = plan.has(2);
    numbers[19] = plan.has(3);
    numbers[21] = attrs.transposed != 0;
    check_channels(problem.layouts, numbers[16], attrs.transposed != 0);
    check_sizes(problem, attrs, spatial);
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
    put_window(numbers, window, spatial, "pool");
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
