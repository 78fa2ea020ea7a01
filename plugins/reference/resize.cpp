// SPDX-License-Identifier: Apache-2.0
// Resize, nearest or linear. Coordinates and rounding are those that Resize of ONNX 1.17 names.
#include <algorithm>
#include <cmath>

#include "plugins/reference/ops.hpp"

namespace reference {
namespace {

/// Where one output index of one dimension reads: low, and high with that weight.
struct Tap {
    std::int64_t low = 0, high = 0;
    double weight = 0;
};
using Taps = std::vector<std::vector<Tap>>;  ///< [dimension][output index]

struct Dimension {
    std::int64_t in = 1, out = 1;
    double scale = 1;
};

double coordinate(const assay_resize_attrs& attrs, const Dimension& d, std::int64_t i) {
    const auto at = static_cast<double>(i);
    switch (attrs.coordinates) {
        case ASSAY_RESIZE_HALF_PIXEL:
            return (at + 0.5) / d.scale - 0.5;
        case ASSAY_RESIZE_ASYMMETRIC:
            return at / d.scale;
        default:  // align corners
            return d.out == 1 ? 0
                              : at * static_cast<double>(d.in - 1) / static_cast<double>(d.out - 1);
    }
}

double nearest(int how, double x) {
    switch (how) {
        case ASSAY_RESIZE_FLOOR:
            return std::floor(x);
        case ASSAY_RESIZE_ROUND_DOWN:
            return std::ceil(x - 0.5);
        case ASSAY_RESIZE_CEIL:
            return std::ceil(x);
        default:  // a half goes up
            return std::floor(x + 0.5);
    }
}

Tap tap_of(const assay_resize_attrs& attrs, const Dimension& d, std::int64_t i) {
    if (d.in == d.out) return {i, i, 0};
    const auto last = static_cast<double>(d.in - 1);
    double x = coordinate(attrs, d, i);
    if (attrs.mode == ASSAY_RESIZE_NEAREST) x = nearest(attrs.nearest, x);
    x = std::clamp(x, 0.0, last);  // the edge goes on for ever
    const double low = std::floor(x);
    const double high = std::min(low + 1, last);
    return {static_cast<std::int64_t>(low), static_cast<std::int64_t>(high), x - low};
}

/// The sum over the corners of the cell that output index `at` falls into, from dimension i on.
double interpolate(const Taps& taps, const Array& x, const Index& steps, const Index& at, int i,
                   std::int64_t from) {
    if (i == x.shape.rank) return x.x[static_cast<std::size_t>(from)];
    const auto dim = static_cast<std::size_t>(i);
    const Tap& tap = taps[dim][static_cast<std::size_t>(at[dim])];
    const double low = interpolate(taps, x, steps, at, i + 1, from + tap.low * steps[dim]);
    if (tap.weight == 0) return low;
    const double high = interpolate(taps, x, steps, at, i + 1, from + tap.high * steps[dim]);
    return low * (1 - tap.weight) + high * tap.weight;
}

Taps taps_of(const assay_resize_attrs& attrs, const Shape& in, const Shape& out) {
    Taps taps;
    for (int i = 0; i < in.rank; ++i) {
        Dimension d{in[i], out[i], attrs.scale[i]};
        agree(d.in > 0 || d.out == 0, "resize", "X is empty and Y is not");
        can(d.scale >= 0, "resize", "a negative scale");
        if (d.scale == 0) d.scale = static_cast<double>(d.out) / static_cast<double>(d.in);
        taps.emplace_back();
        for (std::int64_t at = 0; at < d.out; ++at) taps.back().push_back(tap_of(attrs, d, at));
    }
    return taps;
}

}  // namespace

Plan plan_resize(const sdk::Op& op) {
    Plan plan = begin(op, {"resize", 1, 1});
    const auto attrs = op.attrs<assay_resize_attrs>();
    const auto known = [](int code, int most) { return code >= 0 && code <= most; };
    can(known(attrs.mode, ASSAY_RESIZE_LINEAR), "resize", "mode " + std::to_string(attrs.mode));
    can(known(attrs.coordinates, ASSAY_RESIZE_ALIGN_CORNERS), "resize",
        "coordinates " + std::to_string(attrs.coordinates));
    can(known(attrs.nearest, ASSAY_RESIZE_ROUND_UP), "resize",
        "nearest " + std::to_string(attrs.nearest));
    agree(plan.in(0).rank == plan.out(0).rank, "resize", "X and Y have different ranks");
    const Taps taps = taps_of(attrs, plan.in(0), plan.out(0));
    const Index steps = dense_steps(plan.in(0));
    plan.compute = [taps, steps](Arrays& io) {
        std::size_t next = 0;
        each(io.out[0].shape, [&](const Index& at) {
            io.out[0].x[next++] = interpolate(taps, io.in[0], steps, at, 0, 0);
        });
    };
    return plan;
}

}  // namespace reference
