// SPDX-License-Identifier: Apache-2.0
// Dimensions with their steps, as own kernels are handed them by value. It includes nothing of the
// ABI, so that a device's compiler can read it; not part of sdk.hpp.
#pragma once

#include <cstdint>

namespace assay {
namespace sdk {

/// Steps in elements; negative where a slice runs backwards, 0 where a tensor is repeated.
struct Layout {
    std::int64_t rank = 0, count = 1;
    std::int64_t dims[8] = {}, steps[8] = {};  // ASSAY_MAX_RANK: strided.hpp holds them together

    void add(std::int64_t dim, std::int64_t step) {
        dims[rank] = dim;
        steps[rank++] = step;
        count *= dim;
    }
};

}  // namespace sdk
}  // namespace assay
