// SPDX-License-Identifier: Apache-2.0
// Images of 1 to 3 spatial dimensions in either layout, and the windows that slide over them: what
// convolution and pooling share.
#pragma once

#include <array>
#include <cstdint>

#include "plugins/reference/tensor.hpp"

namespace reference {

using Three = std::array<std::int64_t, 3>;

/// A dense array as an image [n, c, spatial...], also when channels are last. Spatial dimensions
/// that are not there have size 1.
struct Grid {
    std::int64_t n = 0, c = 0;
    Three size{1, 1, 1};
    std::int64_t n_step = 0, c_step = 0;
    Three step{};

    std::int64_t at(std::int64_t in, std::int64_t ic, const Three& position) const {
        std::int64_t sum = in * n_step + ic * c_step;
        for (std::size_t i = 0; i < 3; ++i) sum += position[i] * step[i];
        return sum;
    }
};

inline Grid grid_of(const Shape& shape, bool channels_last) {
    const Index steps = dense_steps(shape);
    const auto first = static_cast<std::size_t>(channels_last ? 1 : 2);
    const auto channel = static_cast<std::size_t>(channels_last ? shape.rank - 1 : 1);
    Grid grid;
    grid.n = shape.dims[0];
    grid.n_step = steps[0];
    grid.c = shape.dims[channel];
    grid.c_step = steps[channel];
    for (std::size_t i = 0; i + 2 < static_cast<std::size_t>(shape.rank); ++i) {
        grid.size[i] = shape.dims[first + i];
        grid.step[i] = steps[first + i];
    }
    return grid;
}

/// How a window slides. Dimensions that are not there have size and step 1, no padding.
struct Window {
    Three size{1, 1, 1}, stride{1, 1, 1}, dilation{1, 1, 1};
    Three pad_begin{}, pad_end{}, output_pad{};
};

/// Reads the fields that conv's and pool's attributes share; 0 means 1 for steps.
template <class Attrs>
Window window_of(const Attrs& attrs, int spatial, const char* op) {
    Window window;
    for (std::size_t i = 0; i < static_cast<std::size_t>(spatial); ++i) {
        can(attrs.stride[i] >= 0 && attrs.dilation[i] >= 0 && attrs.pad_begin[i] >= 0 &&
                attrs.pad_end[i] >= 0,
            op, "a negative stride, dilation or padding");
        window.stride[i] = attrs.stride[i] == 0 ? 1 : attrs.stride[i];
        window.dilation[i] = attrs.dilation[i] == 0 ? 1 : attrs.dilation[i];
        window.pad_begin[i] = attrs.pad_begin[i];
        window.pad_end[i] = attrs.pad_end[i];
    }
    return window;
}

/// Checks rank and layout of an image. Returns the number of spatial dimensions.
template <class Attrs>
int spatial_rank(const Attrs& attrs, const Shape& x, const char* op) {
    can(attrs.layout == 0 || attrs.layout == 1, op, "layout " + std::to_string(attrs.layout));
    const int spatial = x.rank - 2;
    can(spatial >= 1 && spatial <= 3, op, "an image of shape " + text_of(x));
    agree(attrs.spatial_rank == spatial, op,
          "spatial_rank is " + std::to_string(attrs.spatial_rank) + ", X is " + text_of(x));
    return spatial;
}

/// Calls f(position) for each position of a grid of that size.
template <class F>
void each_position(const Three& size, F&& f) {
    Three at{};
    for (at[0] = 0; at[0] < size[0]; ++at[0])
        for (at[1] = 0; at[1] < size[1]; ++at[1])
            for (at[2] = 0; at[2] < size[2]; ++at[2]) f(static_cast<const Three&>(at));
}

}  // namespace reference
