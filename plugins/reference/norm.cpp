// SPDX-License-Identifier: Apache-2.0
// Normalisations and softmax. Layer: Ba et al. 2016; RMS: Zhang & Sennrich 2019; group: Wu & He
// 2018; batch, at inference: Ioffe & Szegedy 2015.
#include <algorithm>
#include <cmath>
#include <limits>

#include "plugins/reference/activation.hpp"
#include "plugins/reference/ops.hpp"

namespace reference {
namespace {

struct Norm {
    int kind = 0;
    int activation = 0;
    double epsilon = 0;
    std::int64_t channels = 1;  ///< elements of gamma and beta
    std::int64_t inner = 1;     ///< neighbours that share a channel; layer and rms: 1
    std::int64_t group = 1;     ///< neighbours that are normalised together; batch: unused
};

struct Moments {
    double mean = 0, inverse = 1;
};

/// Of `count` elements that lie together.
Moments moments(const Norm& norm, const double* x, std::int64_t count) {
    const auto n = static_cast<double>(count);
    double mean = 0, squares = 0;
    if (norm.kind != ASSAY_NORM_RMS) {
        for (std::int64_t i = 0; i < count; ++i) mean += x[i] / n;
    }
    for (std::int64_t i = 0; i < count; ++i) squares += (x[i] - mean) * (x[i] - mean);
    return {mean, 1 / std::sqrt(squares / n + norm.epsilon)};
}

Moments moments_of_channel(const Norm& norm, const Arrays& io, std::size_t channel) {
    return {io.in[4].x[channel], 1 / std::sqrt(io.in[5].x[channel] + norm.epsilon)};
}

void add_residual(Arrays& io) {
    std::vector<double>& x = io.in[0].x;
    if (io.has(3)) {
        for (std::size_t i = 0; i < x.size(); ++i) x[i] += io.in[3].x[i];
    }
    if (io.out.size() > 1) io.out[1].x = x;
}

void compute(const Norm& norm, Arrays& io) {
    add_residual(io);
    const std::vector<double>& x = io.in[0].x;
    Moments m;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const auto at = static_cast<std::int64_t>(i);
        const auto channel = static_cast<std::size_t>(at / norm.inner % norm.channels);
        if (norm.kind == ASSAY_NORM_BATCH) {
            m = moments_of_channel(norm, io, channel);
        } else if (at % norm.group == 0) {
            m = moments(norm, x.data() + i, norm.group);
        }
        const double scale = io.has(1) ? io.in[1].x[channel] : 1;
        const double shift = io.has(2) ? io.in[2].x[channel] : 0;
        io.out[0].x[i] = activate(norm.activation, (x[i] - m.mean) * m.inverse * scale + shift);
    }
}

/// Channels and groups of X [n, c, ...], or of its last dimension.
Norm norm_of(const Shape& x, const assay_norm_attrs& attrs) {
    Norm norm;
    norm.kind = attrs.kind;
    norm.activation = attrs.activation;
    norm.epsilon = attrs.epsilon;
    if (attrs.kind == ASSAY_NORM_LAYER || attrs.kind == ASSAY_NORM_RMS) {
        agree(x.rank >= 1, "norm", "X is a scalar");
        norm.channels = norm.group = x[x.rank - 1];
        return norm;
    }
    agree(x.rank >= 2, "norm", "X needs images and channels");
    norm.channels = x[1];
    for (int i = 2; i < x.rank; ++i) norm.inner *= x[i];
    if (attrs.kind == ASSAY_NORM_GROUP) {
        const std::int64_t groups = attrs.groups == 0 ? 1 : attrs.groups;
        agree(groups > 0 && x[1] % groups == 0, "norm", "channels are no multiple of the groups");
        norm.group = x[1] / groups * norm.inner;
    }
    return norm;
}

void check(const Plan& plan, const Norm& norm) {
    const bool batch = norm.kind == ASSAY_NORM_BATCH;
    for (const std::size_t i : {1, 2, 4, 5}) {
        const bool of_batch = i >= 4;
        agree(!of_batch || plan.has(i) == batch, "norm",
              "mean and variance are inputs of a batch norm, and of no other");
        agree(!plan.has(i) || plan.in(i).count() == norm.channels, "norm",
              "input " + std::to_string(i) + " is not one for each channel");
    }
    agree(!plan.has(3) || plan.in(3) == plan.in(0), "norm", "the residual has not the shape of X");
    for (std::size_t i = 0; i < plan.views.out.size(); ++i) {
        agree(plan.out(i) == plan.in(0), "norm", "an output has not the shape of X");
    }
}

}  // namespace

Plan plan_norm(const sdk::Op& op) {
    Plan plan = begin(op, {"norm", 1, 6, 2});
    const auto attrs = op.attrs<assay_norm_attrs>();
    can(attrs.kind >= ASSAY_NORM_LAYER && attrs.kind <= ASSAY_NORM_BATCH, "norm",
        "kind " + std::to_string(attrs.kind));
    can(known_activation(attrs.activation), "norm",
        "activation " + std::to_string(attrs.activation));
    const Norm norm = norm_of(plan.in(0), attrs);
    check(plan, norm);
    plan.compute = [norm](Arrays& io) { compute(norm, io); };
    return plan;
}

Plan plan_softmax(const sdk::Op& op) {
    Plan plan = begin(op, {"softmax", 1, 1});
    const auto attrs = op.attrs<assay_softmax_attrs>();
    const Shape x = plan.in(0);
    agree(x == plan.out(0), "softmax", "X and Y have different shapes");
    agree(attrs.axis >= 0 && attrs.axis < x.rank, "softmax", "axis " + std::to_string(attrs.axis));
    const auto step =
        static_cast<std::size_t>(dense_steps(x)[static_cast<std::size_t>(attrs.axis)]);
    const auto length = static_cast<std::size_t>(x[attrs.axis]);
    const bool logarithm = attrs.logarithm != 0;
    plan.compute = [=](Arrays& io) {
        const std::vector<double>& from = io.in[0].x;
        std::vector<double>& to = io.out[0].x;
        for (std::size_t i = 0; i < from.size(); ++i) {
            if (i / step % length != 0) continue;  // not the first of its row
            double largest = -std::numeric_limits<double>::infinity(), sum = 0;
            for (std::size_t p = 0; p < length; ++p)
                largest = std::max(largest, from[i + p * step]);
            for (std::size_t p = 0; p < length; ++p) sum += std::exp(from[i + p * step] - largest);
            for (std::size_t p = 0; p < length; ++p) {
                const double shifted = from[i + p * step] - largest;
                to[i + p * step] = logarithm ? shifted - std::log(sum) : std::exp(shifted) / sum;
            }
        }
    };
    return plan;
}

}  // namespace reference
