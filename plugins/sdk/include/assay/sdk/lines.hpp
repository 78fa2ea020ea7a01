// SPDX-License-Identifier: Apache-2.0
// The lines that norms run along, for own kernels. Not part of sdk.hpp.
#pragma once

#include <algorithm>
#include <cstdint>

#include "assay/attrs.h"
#include "assay/sdk/strided.hpp"

namespace assay {
namespace sdk {

/// A norm's lines: `channels` of `spatial` elements each, `groups` of them in an image.
struct Lines {
    bool by_channel = false;
    std::int64_t channels = 1, spatial = 1, groups = 1;
};

inline Lines lines_of(const View& x, const assay_norm_attrs& attrs) {
    Lines lines;
    if (attrs.kind == ASSAY_NORM_LAYER || attrs.kind == ASSAY_NORM_RMS) {
        require(x.rank() >= 1, "norm: X needs a dimension");
        lines.channels = x.dim(-1);
        return lines;
    }
    require(x.rank() >= 2, "norm: X needs images and channels");
    lines.by_channel = true;
    lines.groups = attrs.kind == ASSAY_NORM_BATCH ? x.dim(1) : std::max(attrs.groups, 1);
    require(x.dim(1) % lines.groups == 0, "norm: channels are no multiple of groups");
    lines.channels = x.dim(1) / lines.groups;
    lines.spatial = x.count() / x.dim(0) / x.dim(1);
    return lines;
}

/// Where a tensor's lines begin, and its steps along one: through channels and within one. Throws
/// UNSUPPORTED when the spatial dimensions do not follow one another.
inline Layout line_begins(const View& view, const Lines& lines, std::int64_t* steps) {
    if (!lines.by_channel) {
        steps[0] = view.step(-1);
        return without(view.layout, view.rank() - 1);
    }
    Layout spatial;
    for (int i = 2; i < view.rank(); ++i) spatial.add(view.dim(i), view.step(i));
    merge({&spatial});
    if (spatial.rank > 1) unsupported("norm: spatial dimensions with gaps between them");
    steps[0] = view.step(1);
    steps[1] = spatial.rank == 1 ? spatial.steps[0] : 0;
    Layout begins;
    begins.add(view.dim(0), view.step(0));
    begins.add(lines.groups, view.step(1) * lines.channels);
    return begins;
}

}  // namespace sdk
}  // namespace assay
