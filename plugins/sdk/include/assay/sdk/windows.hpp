// SPDX-License-Identifier: Apache-2.0
// The geometry of convolutions and pools for own kernels: images in either layout become
// [n, c, three spatial dimensions]. Not part of sdk.hpp.
#pragma once

#include <cstdint>
#include <string>

#include "assay/attrs.h"
#include "assay/sdk/strided.hpp"

namespace assay {
namespace sdk {

constexpr int most_spatial = 3;

/// [n, c, spatial...] of a tensor in the order of `layout`; missing dimensions have one element.
inline Layout image_of(const View& view, int layout) {
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

/// How many spatial dimensions, 1 to 3. Attrs: of a conv or a pool.
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

/// Three each: strides, dilations, padding before, padding after, then the window's sizes as 1.
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

/// Whether images X and Y (image_of) and filters W agree. `groups`: at least 1 when valid.
inline void check_channels(const Layout& x, const Layout& w, const Layout& y, std::int64_t groups,
                           bool transposed) {
    require(groups > 0 && x.dims[1] % groups == 0 && y.dims[1] % groups == 0,
            "conv: channels are no multiple of groups");
    require((transposed ? w.dims[0] : w.dims[1] * groups) == x.dims[1] &&
                (transposed ? w.dims[1] * groups : w.dims[0]) == y.dims[1] &&
                x.dims[0] == y.dims[0],
            "conv: X, W and Y do not agree in images or channels");
}

/// Whether Y's spatial dimensions are what X, W and the window (put_window's numbers) give.
inline void check_conv_sizes(const Layout& x, const Layout& w, const Layout& y,
                             const std::int64_t* numbers, const assay_conv_attrs& attrs) {
    const bool transposed = attrs.transposed != 0;
    for (int i = 0; i < attrs.spatial_rank; ++i) {
        if (attrs.output_pad[i] < 0 || (!transposed && attrs.output_pad[i] != 0)) {
            unsupported("conv: output_pad of a convolution that is not transposed");
        }
        const std::int64_t reach = numbers[3 + i] * (w.dims[2 + i] - 1) + 1;
        const std::int64_t padding = numbers[6 + i] + numbers[9 + i];
        const std::int64_t room = x.dims[2 + i] + padding - reach;
        const std::int64_t forward = room < 0 ? 0 : room / numbers[i] + 1;
        const std::int64_t backward =
            (x.dims[2 + i] - 1) * numbers[i] - padding + reach + attrs.output_pad[i];
        require(y.dims[2 + i] == (transposed ? backward : forward),
                "conv: spatial dimension " + std::to_string(i) + " of Y is not what X and W give");
    }
}

}  // namespace sdk
}  // namespace assay
