// SPDX-License-Identifier: Apache-2.0
// Which number scales (or shifts) an element of a scaled tensor: one for all, one for each index of
// a dimension, or one for each block of a dimension.
#pragma once

#include "plugins/reference/tensor.hpp"

namespace reference {

/// The element of the scales that belongs to an index of the tensor.
struct ScaleMap {
    Index steps{};  ///< for each dimension of the tensor
    int rank = 0;
    std::size_t axis = 0;
    std::int64_t block = 1;  ///< elements of `axis` that share one

    std::int64_t at(Index index) const {
        index[axis] /= block;
        return offset(steps, index, rank);
    }
};

/// tensor: has scales. Throws sdk::Error INVALID when their shape does not fit.
inline ScaleMap scale_map(const View& tensor, const View& scales, const char* op) {
    ScaleMap map;
    map.rank = tensor.shape.rank;
    agree(scales.present(), op, "the scales are missing");
    if (tensor.scale == ASSAY_SCALE_TENSOR) {
        agree(scales.shape.count() == 1, op, "needs one scale");
        return map;
    }
    agree(tensor.scale_axis >= 0 && tensor.scale_axis < map.rank, op,
          "scale_axis " + std::to_string(tensor.scale_axis));
    map.axis = static_cast<std::size_t>(tensor.scale_axis);
    Shape wanted{1, {tensor.shape.dims[map.axis]}};
    if (tensor.scale == ASSAY_SCALE_BLOCK) {
        agree(tensor.block > 0, op, "scale_block " + std::to_string(tensor.block));
        map.block = tensor.block;
        wanted = tensor.shape;
        wanted.dims[map.axis] = (wanted.dims[map.axis] + map.block - 1) / map.block;
        map.steps = scales.steps;
    } else {
        map.steps[map.axis] = scales.steps[0];
    }
    agree(scales.shape == wanted, op,
          "scales are " + text_of(scales.shape) + ", should be " + text_of(wanted));
    return map;
}

}  // namespace reference
