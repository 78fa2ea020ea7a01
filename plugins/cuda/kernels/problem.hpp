// SPDX-License-Identifier: Apache-2.0
// What a kernel is told: where its tensors lie, their layouts, and its numbers. Handed over by
// value.
#pragma once

#include <cstdint>

#include "assay/sdk/layout.hpp"

// Kernels are functions of one item. nvcc makes device code of them, and any compiler host code, by
// which their arithmetic is tested without a device.
#if defined(__CUDACC__)
#define ASSAY_DEVICE __host__ __device__
#else
#define ASSAY_DEVICE
#endif

namespace assay::cuda {

using sdk::Layout;

struct Problem {
    Layout layouts[6];
    std::int64_t numbers[32] = {};
    double reals[4] = {};
};

struct Arguments {
    Problem problem;
    void* at[8] = {};      ///< of the tensors; inputs, then outputs
    int* fault = nullptr;  ///< set to 1 when an index lies outside of its tensor
};

/// Where element i, counted in row-major order, lies.
ASSAY_DEVICE inline std::int64_t offset_of(const Layout& layout, std::int64_t i) {
    if (layout.rank == 0) return 0;
    std::int64_t at = 0;
    for (int d = static_cast<int>(layout.rank) - 1; d > 0; --d) {
        at += i % layout.dims[d] * layout.steps[d];
        i /= layout.dims[d];
    }
    return at + i * layout.steps[0];
}

/// An index, length or position of type i32 or i64.
ASSAY_DEVICE inline std::int64_t index_at(const void* from, bool wide, std::int64_t i) {
    return wide ? static_cast<const std::int64_t*>(from)[i]
                : static_cast<const std::int32_t*>(from)[i];
}

}  // namespace assay::cuda
