// SPDX-License-Identifier: Apache-2.0
// Casts, quantisation and dequantisation. As Cast, QuantizeLinear and DequantizeLinear of
// ONNX 1.17: y = round(x / scale) + zero, to nearest even, saturating; y = (x - zero) scale.
#include <cmath>

#include "plugins/reference/number.hpp"
#include "plugins/reference/ops.hpp"
#include "plugins/reference/scales.hpp"

namespace reference {
namespace {

struct Convert {
    bool quantise = false;
    bool whole = false;  ///< Y holds integers
    ScaleMap scale, zero;
};

double converted(const Convert& how, const Views& io, const Index& at) {
    const double x = io.in[0].get(at);
    const double scale = io.in[1].get_at(how.scale.at(at));
    const double zero = io.has(2) ? io.in[2].get_at(how.zero.at(at)) : 0;
    if (!how.quantise) return (x - zero) * scale;
    return (how.whole ? std::nearbyint(x / scale) : x / scale) + zero;
}

}  // namespace

Plan plan_convert(const sdk::Op& op) {
    Plan plan = begin(op, {"convert", 1, 3, 1, true});
    no_attributes(op, "convert");
    const View &x = plan.views.in[0], &y = plan.views.out[0];
    agree(x.shape == y.shape, "convert", "X and Y have different shapes");
    can(x.scale == ASSAY_SCALE_NONE || y.scale == ASSAY_SCALE_NONE, "convert",
        "from one scaled type to another");
    const bool quantise = y.scale != ASSAY_SCALE_NONE;
    const View& scaled = quantise ? y : x;
    if (scaled.scale == ASSAY_SCALE_NONE) {
        agree(!plan.has(1) && !plan.has(2), "convert", "scales, but neither X nor Y is scaled");
        plan.move = [](const Views& io) {
            each(io.out[0].shape, [&](const Index& at) { io.out[0].put(at, io.in[0].get(at)); });
        };
        return plan;
    }
    Convert how{quantise, is_integer(y.dtype), {}, {}};
    agree(plan.has(1), "convert", "the scales are missing");
    how.scale = scale_map(scaled, plan.views.in[1], "convert");
    if (plan.has(2)) how.zero = scale_map(scaled, plan.views.in[2], "convert: zero points");
    plan.move = [how](const Views& io) {
        each(io.out[0].shape, [&](const Index& at) { io.out[0].put(at, converted(how, io, at)); });
    };
    return plan;
}

}  // namespace reference
