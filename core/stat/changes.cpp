// SPDX-License-Identifier: Apache-2.0
// Binary segmentation with a permutation test. The sum of all squares is the same in every order,
// so the split with the largest t has the largest sum of squares between its sides.
#include "core/stat/changes.hpp"

#include <algorithm>

#include "core/base/random.hpp"

namespace assay {
namespace {

struct Split {
    std::size_t at = 0;
    double squares = 0;  ///< Between the sides; 0 when no split tells anything apart.
};

/// `x` has sum 0: then the sides' sums are s and -s, and between them s^2 n / (k (n - k)).
Split best_split(std::span<const double> x) {
    Split best;
    const auto n = static_cast<double>(x.size());
    double sum = 0;
    for (std::size_t k = 1; k + least_side <= x.size(); ++k) {
        sum += x[k - 1];
        if (k < least_side) continue;
        const auto before = static_cast<double>(k);
        const double squares = sum * sum * n / (before * (n - before));
        if (squares > best.squares) best = {k, squares};
    }
    return best;
}

std::vector<double> centred(std::span<const double> series) {
    std::vector<double> x(series.begin(), series.end());
    double mean = 0;
    // From the first value, so that equal values are 0 and not the rounding error of their mean.
    for (const double value : series) mean += (value - series[0]) / static_cast<double>(x.size());
    for (double& value : x) value = value - series[0] - mean;
    return x;
}

void shuffle(std::vector<double>& x, Random& random) {
    for (std::size_t i = x.size(); i > 1; --i) {
        std::swap(x[i - 1], x[random.below(static_cast<std::uint32_t>(i))]);
    }
}

/// Besag & Clifford 1991, "Sequential Monte Carlo p-values": stops after 20 orders that are as
/// clear, because then p is known to be large.
double permutation_p(std::vector<double> x, double squares) {
    constexpr int most_orders = 9'999, most_exceeding = 20;
    const double as_clear = squares * (1 - 1e-12);  // a tie must not hang on rounding
    Random random(19910601, 1);                     // chosen: fixed, so that answers are too
    int exceeding = 0;
    for (int orders = 1; orders <= most_orders; ++orders) {
        shuffle(x, random);
        if (best_split(x).squares < as_clear) continue;
        if (++exceeding == most_exceeding) return static_cast<double>(exceeding) / orders;
    }
    return static_cast<double>(exceeding + 1) / (most_orders + 1);
}

void search(std::span<const double> series, std::size_t offset, double significance,
            std::vector<Change>& found) {
    const Change change = strongest_change(series);
    if (change.at == 0 || change.p > significance) return;
    search(series.first(change.at), offset, significance, found);
    found.push_back({offset + change.at, change.p});
    search(series.subspan(change.at), offset + change.at, significance, found);
}

}  // namespace

Change strongest_change(std::span<const double> series) {
    if (series.size() < 2 * least_side) return {};
    const std::vector<double> x = centred(series);
    const Split split = best_split(x);
    if (split.at == 0) return {};
    return {split.at, permutation_p(x, split.squares)};
}

std::vector<Change> changes(std::span<const double> series, double significance) {
    std::vector<Change> found;
    search(series, 0, significance, found);
    return found;
}

}  // namespace assay
