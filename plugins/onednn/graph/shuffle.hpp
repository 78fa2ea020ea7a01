// SPDX-License-Identifier: Apache-2.0
// A transposed convolution whose windows do not overlap (kernel = stride, no padding) is a 1x1
// convolution to kernel times as many channels, whose results are then put side by side in space.
// oneDNN 2.6 runs it as the backward pass of a convolution, many times slower.
#pragma once

#include <memory>

#include "graph/ir.hpp"
#include "graph/steps.hpp"

namespace assay::onednn {

/// Of a node that only moves what such a 1x1 convolution gives: in[0] to out[0]. No operator of the
/// ABI; its attributes are a Shuffle.
constexpr assay_op op_shuffle = -1;

struct Shuffle {
    std::int64_t kernel_h = 1, kernel_w = 1;
    std::int64_t block = 8;  ///< Channels of one result are padded to a multiple of it.
};

bool is_shuffled(const Ir& ir, const GraphOp& node);
/// Replaces all such nodes by two. After everything was absorbed.
void split_shuffled(Ir& ir);

/// The move, on values in blocks of channels; `channels` and padding with zeros are the result's, h
/// and w those of the parts.
struct ShuffleSizes {
    std::int64_t batch, channels, h, w, kernel_h, kernel_w, block;
};
std::unique_ptr<Step> shuffle_step(const ShuffleSizes& sizes, const Place& from, const Place& to);

}  // namespace assay::onednn
