// SPDX-License-Identifier: Apache-2.0
// Writes an operand of a GEMM vector by vector, wherever its vectors lie side by side or across.
// Private to workload.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/workload/dtype.hpp"

namespace assay {

/// `matrices` matrices of `count` vectors of length k.
struct VectorLayout {
    std::uint64_t k = 0, count = 0, matrices = 1;
    bool contiguous = true;  ///< A vector's elements lie side by side.
};

/// Stores what draw(i, values) puts into `values` as vector i of all matrices.
template <class Draw>
void store_vectors(std::span<std::byte> out, Dtype dtype, const VectorLayout& layout, Draw draw) {
    // Chosen: across, so many are written at once that whole cache lines are filled.
    constexpr std::uint64_t block = 64;
    const std::uint64_t all = layout.matrices * layout.count;
    std::vector<double> one(layout.k), some(layout.contiguous ? 0 : layout.k * block);
    for (std::uint64_t i = 0; layout.contiguous && i < all; ++i) {
        draw(i, std::span(one));
        store_range(out, dtype, i * layout.k, one);
    }
    for (std::uint64_t first = 0; !layout.contiguous && first < all;) {
        const std::uint64_t in_matrix = first % layout.count;
        const std::uint64_t width = std::min(block, layout.count - in_matrix);
        for (std::uint64_t i = 0; i < width; ++i) {
            draw(first + i, std::span(one));
            for (std::uint64_t q = 0; q < layout.k; ++q) some[q * width + i] = one[q];
        }
        const std::uint64_t start = (first - in_matrix) * layout.k + in_matrix;
        for (std::uint64_t q = 0; q < layout.k; ++q) {
            store_range(out, dtype, start + q * layout.count,
                        std::span(some).subspan(q * width, width));
        }
        first += width;
    }
}

}  // namespace assay
