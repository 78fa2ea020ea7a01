// SPDX-License-Identifier: Apache-2.0
// Seeded choices; the same seed looks at the same places.
#include "core/workload/sampling.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>

namespace assay {

namespace {

// Chosen: 2^21 products take about 5 ms here; a row or column of at most 2^25 about 50 ms.
constexpr double everything_products = 0x1p21;
constexpr std::uint64_t vector_products = 1U << 25U;
constexpr std::uint64_t panel = 256;
constexpr int places_each = 64;

std::uint64_t below(std::uint64_t size, Random& random) {
    return random.below(static_cast<std::uint32_t>(size));  // sizes are at most 2^30 (invalid())
}

/// All `count` vectors of length k, or as many panels, evenly spread, as the budget allows.
std::vector<Stretch> stretches(std::uint64_t count, std::uint64_t k) {
    if (count * k <= vector_products || count <= panel) return {{.begin = 0, .end = count}};
    const std::uint64_t panels = std::max<std::uint64_t>(2, vector_products / k / panel);
    std::vector<Stretch> spread;
    for (std::uint64_t i = 0; i < panels; ++i) {
        const std::uint64_t begin = (count - panel) * i / (panels - 1);
        spread.push_back({.begin = begin, .end = begin + panel});
    }
    return spread;
}

/// An index at a tile border: a multiple of a common tile size, or the index before or after it.
std::uint64_t border(std::uint64_t size, Random& random) {
    constexpr std::array<std::uint64_t, 4> tiles = {16, 64, 128, 256};
    const std::uint64_t tile = tiles.at(random.below(tiles.size()));
    const std::uint64_t at = tile * (1 + below(std::max<std::uint64_t>(1, size / tile), random));
    return std::min(at - 1 + random.below(3), size - 1);
}

std::vector<ElementPlace> sample_places(std::uint64_t m, std::uint64_t n, Random& random) {
    std::vector<ElementPlace> places = {{0, 0}, {0, n - 1}, {m - 1, 0}, {m - 1, n - 1}};
    for (int i = 0; i < places_each; ++i) {
        const std::uint64_t row = border(m, random), column = border(n, random);
        places.push_back({row, column});
    }
    for (int i = 0; i < places_each; ++i) {
        const std::uint64_t row = below(m, random), column = below(n, random);
        places.push_back({row, column});
    }
    return places;
}

}  // namespace

bool compares_everything(const Gemm& gemm) {
    return flop(gemm) / 2 / static_cast<double>(gemm.batch) <= everything_products;
}

std::vector<std::uint64_t> sample_batches(const Gemm& gemm, Random& random) {
    const auto batch = static_cast<std::uint64_t>(gemm.batch);
    const std::set<std::uint64_t> some = {0, batch - 1, below(batch, random)};
    return {some.begin(), some.end()};
}

Sampling sample(const Gemm& gemm, Random& random) {
    const auto m = static_cast<std::uint64_t>(gemm.m), n = static_cast<std::uint64_t>(gemm.n),
               k = static_cast<std::uint64_t>(gemm.k);
    Sampling sampling;
    sampling.along_rows = stretches(n, k);
    sampling.along_columns = stretches(m, k);
    if (compares_everything(gemm)) {
        sampling.rows.resize(m);
        std::iota(sampling.rows.begin(), sampling.rows.end(), std::uint64_t{0});
        return sampling;
    }
    for (int i = 0; i < 2; ++i) {
        sampling.rows.push_back(below(m, random));
        sampling.columns.push_back(below(n, random));
    }
    sampling.places = sample_places(m, n, random);
    return sampling;
}

}  // namespace assay
