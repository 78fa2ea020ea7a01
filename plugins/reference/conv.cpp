// SPDX-License-Identifier: Apache-2.0
// Convolution and transposed convolution: for each element of Y, the sum over the window and the
// channels of its group. As Conv and ConvTranspose of ONNX 1.17.
#include "plugins/reference/activation.hpp"
#include "plugins/reference/grid.hpp"
#include "plugins/reference/number.hpp"
#include "plugins/reference/ops.hpp"

namespace reference {
namespace {

struct Conv {
    Grid x, w, y;
    Window window;
    std::int64_t groups = 1;
    int activation = ASSAY_ACT_NONE;
    bool transposed = false;
};

/// The position of X that meets tap `tap` at output position `out`; false when there is none.
bool source(const Conv& conv, const Three& out, const Three& tap, Three& in) {
    const Window& w = conv.window;
    for (std::size_t i = 0; i < 3; ++i) {
        if (conv.transposed) {
            const std::int64_t far = out[i] + w.pad_begin[i] - tap[i] * w.dilation[i];
            if (far % w.stride[i] != 0) return false;
            in[i] = far / w.stride[i];
        } else {
            in[i] = out[i] * w.stride[i] - w.pad_begin[i] + tap[i] * w.dilation[i];
        }
        if (in[i] < 0 || in[i] >= conv.x.size[i]) return false;
    }
    return true;
}

/// One element of Y before bias: image n, output channel o.
double sum_at(const Conv& conv, const Arrays& io, std::int64_t n, std::int64_t o,
              const Three& out) {
    const std::int64_t channels = conv.x.c / conv.groups;
    const std::int64_t outputs = conv.y.c / conv.groups;
    const std::int64_t first = o / outputs * channels;  // channel of X that the group begins with
    const double *x = io.in[0].x.data(), *w = io.in[1].x.data();
    const std::int64_t w_step = conv.transposed ? conv.w.n_step : conv.w.c_step;
    double sum = 0;
    each_position(conv.w.size, [&](const Three& tap) {
        Three in{};
        if (!source(conv, out, tap, in)) return;
        const double* from = x + conv.x.at(n, first, in);
        const double* weight =
            w + (conv.transposed ? conv.w.at(first, o % outputs, tap) : conv.w.at(o, 0, tap));
        for (std::int64_t c = 0; c < channels; ++c)
            sum += from[c * conv.x.c_step] * weight[c * w_step];
    });
    return sum;
}

void compute(const Conv& conv, Arrays& io) {
    const double* bias = io.has(2) ? io.in[2].x.data() : nullptr;
    const double* residual = io.has(3) ? io.in[3].x.data() : nullptr;
    for (std::int64_t n = 0; n < conv.y.n; ++n)
        for (std::int64_t o = 0; o < conv.y.c; ++o)
            each_position(conv.y.size, [&](const Three& out) {
                const std::int64_t at = conv.y.at(n, o, out);
                double sum = sum_at(conv, io, n, o, out);
                if (bias != nullptr) sum += bias[o];
                if (residual != nullptr) sum += residual[at];
                io.out[0].x[static_cast<std::size_t>(at)] = activate(conv.activation, sum);
            });
}

std::int64_t output_size(const Conv& conv, std::size_t i) {
    const Window& w = conv.window;
    const std::int64_t reach = w.dilation[i] * (conv.w.size[i] - 1) + 1;
    const std::int64_t padding = w.pad_begin[i] + w.pad_end[i];
    if (conv.transposed) {
        return (conv.x.size[i] - 1) * w.stride[i] - padding + reach + w.output_pad[i];
    }
    const std::int64_t room = conv.x.size[i] + padding - reach;
    return room < 0 ? 0 : room / w.stride[i] + 1;
}

void check_channels(const Conv& conv, const char* op) {
    const std::int64_t of_x = conv.transposed ? conv.w.n : conv.w.c * conv.groups;
    const std::int64_t of_y = conv.transposed ? conv.w.c * conv.groups : conv.w.n;
    agree(of_x == conv.x.c, op,
          "X has " + std::to_string(conv.x.c) + " channels, W wants " + std::to_string(of_x));
    agree(of_y == conv.y.c, op,
          "Y has " + std::to_string(conv.y.c) + " channels, W gives " + std::to_string(of_y));
    agree(conv.x.c % conv.groups == 0 && conv.y.c % conv.groups == 0, op,
          "channels are no multiple of " + std::to_string(conv.groups) + " groups");
    agree(conv.x.n == conv.y.n, op, "X and Y have different numbers of images");
}

Conv conv_of(const Plan& plan, const assay_conv_attrs& attrs) {
    const char* op = plan.name;
    const int spatial = spatial_rank(attrs, plan.in(0), op);
    agree(plan.in(1).rank == plan.in(0).rank && plan.out(0).rank == plan.in(0).rank, op,
          "X, W and Y have different ranks");
    Conv conv;
    conv.x = grid_of(plan.in(0), attrs.layout == 1);
    conv.w = grid_of(plan.in(1), attrs.layout == 1);
    conv.y = grid_of(plan.out(0), attrs.layout == 1);
    conv.window = window_of(attrs, spatial, op);
    conv.groups = attrs.groups == 0 ? 1 : attrs.groups;
    conv.activation = attrs.activation;
    conv.transposed = attrs.transposed != 0;
    agree(conv.groups > 0, op, "a negative number of groups");
    can(known_activation(attrs.activation), op, "activation " + std::to_string(attrs.activation));
    check_channels(conv, op);
    for (std::size_t i = 0; i < 3; ++i) {
        conv.window.output_pad[i] = attrs.output_pad[i];
        can(attrs.output_pad[i] >= 0 && (conv.transposed || attrs.output_pad[i] == 0), op,
            "output_pad of a convolution that is not transposed");
        agree(conv.y.size[i] == output_size(conv, i), op,
              "spatial dimension " + std::to_string(i) + " of Y is " +
                  std::to_string(conv.y.size[i]) + ", should be " +
                  std::to_string(output_size(conv, i)));
    }
    return conv;
}

}  // namespace

Plan plan_conv(const sdk::Op& op) {
    Plan plan = begin(op, {"conv", 2, 4});
    const Conv conv = conv_of(plan, op.attrs<assay_conv_attrs>());
    can(is_integer(plan.views.in[0].dtype) == is_integer(plan.views.in[1].dtype), "conv",
        "an integer X with a floating-point W, or the other way round");
    if (plan.has(2))
        agree(plan.in(2).count() == conv.y.c, "conv", "bias is not one for each channel of Y");
    if (plan.has(3))
        agree(plan.in(3) == plan.out(0), "conv", "the residual has not the shape of Y");
    plan.compute = [conv](Arrays& io) { compute(conv, io); };
    return plan;
}

}  // namespace reference
