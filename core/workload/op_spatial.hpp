// SPDX-License-Identifier: Apache-2.0
// Where channels and spatial dimensions of a tensor lie. Private to workload.
#pragma once

#include "core/workload/op.hpp"

namespace assay {

/// The dimension of the channels of X or Y; of the inner channels of W.
inline std::size_t channel_axis(Layout layout, int spatial_rank) {
    return layout == Layout::channels_first ? 1 : static_cast<std::size_t>(spatial_rank) + 1;
}
/// The first spatial dimension of X, Y or W.
inline std::size_t first_spatial(Layout layout) {
    return layout == Layout::channels_first ? 2 : 1;
}

}  // namespace assay
