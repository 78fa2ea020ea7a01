// SPDX-License-Identifier: Apache-2.0
// Rules of windows that slide: convolution, pooling; and of resizing.
#include <cmath>

#include <fmt/format.h>

#include "core/workload/op_shape_rules.hpp"
#include "core/workload/op_spatial.hpp"

namespace assay::shapes {

namespace {

/// One spatial dimension of a window.
struct Window {
    std::int64_t in, size, stride, dilation, begin, end;

    [[nodiscard]] std::int64_t span() const { return dilation * (size - 1) + 1; }
    /// Steps that fit, the last one cut (ceil) or left out.
    [[nodiscard]] std::int64_t outputs(bool ceil) const {
        const std::int64_t room = in + begin + end - span();
        return room < 0 ? 0 : (room + (ceil ? stride - 1 : 0)) / stride + 1;
    }
};

template <class Attrs>
std::string wrong_window(const Attrs& attrs) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(attrs.spatial_rank); ++i) {
        if (attrs.stride[i] < 1 || attrs.dilation[i] < 1) {
            return fmt::format("stride {} and dilation {} must be at least 1", attrs.stride[i],
                               attrs.dilation[i]);
        }
        if (attrs.pad_begin[i] < 0 || attrs.pad_end[i] < 0) return "padding must not be negative";
    }
    return "";
}

std::string wrong_rank(const Op& op, std::size_t i, int spatial_rank) {
    if (spatial_rank < 1 || spatial_rank > 3) {
        return fmt::format("spatial rank must be 1 to 3, is {}", spatial_rank);
    }
    if (dims(op, i).size() == static_cast<std::size_t>(spatial_rank) + 2) return "";
    return fmt::format("{} is {}, must have {} dimensions", input_name(op.kind(), i),
                       text_of(dims(op, i)), spatial_rank + 2);
}

std::int64_t transposed_size(const Window& w, std::int64_t output_pad) {
    return (w.in - 1) * w.stride - w.begin - w.end + w.span() + output_pad;
}

/// A last window that is cut is left to who gives the dims, if it begins before the end.
std::int64_t pooled_size(const Window& w, std::int64_t asked) {
    const bool begins = (asked - 1) * w.stride < w.in + w.begin;
    return asked == w.outputs(true) && begins ? asked : w.outputs(false);
}

/// Channels of X and of Y as W has them, or what is wrong.
struct Channels {
    std::int64_t in = 0, wanted = 0, out = 0;
};

Channels channels(const ConvAttrs& attrs, const Shape& x, const Shape& w) {
    const std::size_t axis = channel_axis(attrs.layout, attrs.spatial_rank);
    if (attrs.transposed) return {x[axis], w[0], w[axis] * attrs.groups};
    return {x[axis], w[axis] * attrs.groups, w[0]};
}

}  // namespace

std::string conv(const Op& op, Outputs& outputs) {
    const auto& attrs = std::get<ConvAttrs>(op.attrs);
    std::string wrong =
        first_of({wrong_rank(op, 0, attrs.spatial_rank), wrong_rank(op, 1, attrs.spatial_rank)});
    if (wrong.empty()) wrong = wrong_window(attrs);
    if (!wrong.empty()) return wrong;
    const Shape &x = dims(op, 0), &w = dims(op, 1);
    const Channels c = channels(attrs, x, w);
    if (c.in != c.wanted) return fmt::format("X has {} channels, W wants {}", c.in, c.wanted);
    if (attrs.groups < 1 || c.in % attrs.groups != 0 || c.out % attrs.groups != 0) {
        return fmt::format("{} groups do not divide {} and {} channels", attrs.groups, c.in, c.out);
    }
    Shape y = x;
    y[channel_axis(attrs.layout, attrs.spatial_rank)] = c.out;
    for (std::size_t i = 0; i < static_cast<std::size_t>(attrs.spatial_rank); ++i) {
        const std::size_t at = first_spatial(attrs.layout) + i;
        const Window window{
            x[at], w[at], attrs.stride[i], attrs.dilation[i], attrs.pad_begin[i], attrs.pad_end[i]};
        y[at] =
            attrs.transposed ? transposed_size(window, attrs.output_pad[i]) : window.outputs(false);
    }
    outputs = {tensor(product_dtype(op.inputs[0], op.inputs[1]), y)};
    return first_of({wants(op, 2, {c.out}), wants(op, 3, y), wrong_result(op, attrs.activation)});
}

std::string pool(const Op& op, Outputs& outputs) {
    const auto& attrs = std::get<PoolAttrs>(op.attrs);
    if (attrs.function != Reduction::max && attrs.function != Reduction::mean) {
        return "a pool is a max or a mean";
    }
    std::string wrong = first_of({wrong_rank(op, 0, attrs.spatial_rank)});
    if (wrong.empty() && !attrs.global) wrong = wrong_window(attrs);
    if (!wrong.empty()) return wrong;
    Shape y = dims(op, 0);
    const Shape asked = given(op);
    for (std::size_t i = 0; i < static_cast<std::size_t>(attrs.spatial_rank); ++i) {
        const std::size_t at = first_spatial(attrs.layout) + i;
        if (attrs.global) {
            y[at] = 1;
            continue;
        }
        if (attrs.window[i] < 1) return "a window is at least 1 wide";
        const Window window{y[at],
                            attrs.window[i],
                            attrs.stride[i],
                            attrs.dilation[i],
                            attrs.pad_begin[i],
                            attrs.pad_end[i]};
        y[at] = pooled_size(window, asked.size() == y.size() ? asked[at] : 0);
    }
    outputs = {tensor(op.inputs[0].dtype, y)};
    return "";
}

std::string resize(const Op& op, Outputs& outputs) {
    const auto& attrs = std::get<ResizeAttrs>(op.attrs);
    const Shape& x = dims(op, 0);
    Shape y = given(op);
    if (!y.empty() && y.size() != x.size()) {
        return fmt::format("X is {}, the output is {}: ranks differ", text_of(x), text_of(y));
    }
    if (y.empty()) {
        for (std::size_t i = 0; i < x.size(); ++i) {
            const double scale = attrs.scale.at(i) == 0 ? 1 : attrs.scale.at(i);
            y.push_back(static_cast<std::int64_t>(std::floor(static_cast<double>(x[i]) * scale)));
        }
    }
    outputs = {tensor(op.inputs[0].dtype, y)};
    return "";
}

}  // namespace assay::shapes
