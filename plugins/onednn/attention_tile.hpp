// SPDX-License-Identifier: Apache-2.0
// Online softmax: some rows of queries that absorb keys and values block by block (Milakov and
// Gimelshein 2018; Rabe and Staats 2021). Sums are in f32.
#pragma once

#include <cmath>

#include "op_exec.hpp"

namespace assay::onednn {

/// Keys first..last-1 that a query sees.
struct Seen {
    std::int64_t first = 0, last = 0;
};

struct Tile {
    static constexpr std::int64_t block =
        64;  ///< keys at a time; chosen: K and V stay in L1 and L2

    std::int64_t rows = 0, width = 0;  ///< width: values of a row, padded to whole vectors
    float* scores = nullptr;           ///< [rows][block]
    float* values = nullptr;           ///< [rows][width], not yet divided by sums
    float *most = nullptr, *sums = nullptr;
    Seen* seen = nullptr;

    /// Floats for values, most and sums: what must outlive the tile.
    static std::int64_t state(std::int64_t rows, std::int64_t width) { return rows * (width + 2); }
    void place(float* at) {
        values = at;
        most = at + rows * width;
        sums = most + rows;
    }
    void clear() {
        std::fill(values, values + rows * width, 0.f);
        std::fill(most, most + rows, -INFINITY);
        std::fill(sums, sums + rows, 0.f);
    }
    /// scores become weights of the values v[count][ldv] of keys begin...
    void absorb(std::int64_t begin, std::int64_t count, const float* v, std::int64_t ldv) {
        for (std::int64_t row = 0; row < rows; ++row) weigh(row, begin, count);
        simd().gemm(rows, width, count, scores, block, v, ldv, values, width);
    }

private:
    void weigh(std::int64_t row, std::int64_t begin, std::int64_t count) {
        float* const score = scores + row * block;
        const std::int64_t first = std::clamp<std::int64_t>(seen[row].first - begin, 0, count);
        const std::int64_t last = std::clamp<std::int64_t>(seen[row].last - begin, first, count);
        const float before = most[row];
        const float now = std::max(before, simd().max(score + first, last - first));
        std::fill(score, score + first, 0.f);
        std::fill(score + last, score + count, 0.f);
        if (now == -INFINITY) return std::fill(score, score + count, 0.f);
        const float sum = simd().exp_minus(score + first, now, score + first, last - first);
        const float factor = before == now ? 1.f : std::exp(before - now);
        sums[row] = sums[row] * factor + sum;
        if (factor != 1.f) simd().scale(values + row * width, factor, width);
        most[row] = now;
    }
};

}  // namespace assay::onednn
