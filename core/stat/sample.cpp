// SPDX-License-Identifier: Apache-2.0
// Statistics of one pass. Formulas: research/statistics sections 1.2 to 1.5 (docs/measuring.md).
#include "core/stat/sample.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "core/stat/distribution.hpp"

namespace assay {
namespace {

std::vector<double> copy_of(std::span<const double> readings) {
    return {readings.begin(), readings.end()};
}

/// Autocovariance at `lag`, divided by n (Geyer 1992, section 3.1); `x` has mean 0.
double autocovariance(std::span<const double> x, std::size_t lag) {
    double sum = 0;
    for (std::size_t i = lag; i < x.size(); ++i) sum += x[i] * x[i - lag];
    return sum / static_cast<double>(x.size());
}

/// 1-based ranks of the interval of the median; low = 0 when n is too small for one.
struct Ranks {
    std::int64_t low = 0, high = 0;
};

/// Exact: low = max{ j : P(Bin(n, 1/2) <= j - 1) <= alpha/2 }. David & Nagaraja 2003, section 7.1.
Ranks exact_ranks(std::int64_t n, double alpha) {
    const double size = static_cast<double>(n);
    const double z = -normal_quantile(alpha / 2);
    auto low = std::max<std::int64_t>(0, std::llround(size / 2 - z * std::sqrt(size) / 2));
    while (low > 0 && binomial_cdf(low - 1, n, 0.5) > alpha / 2) --low;
    while (binomial_cdf(low, n, 0.5) <= alpha / 2) ++low;
    return {low, n + 1 - low};
}

/// Normal approximation with the effective size in the width: research/statistics 1.3.
Ranks scaled_ranks(std::int64_t n, double effective, double alpha) {
    const double size = static_cast<double>(n);
    const double z = -normal_quantile(alpha / 2);
    const double half = z / (2 * std::sqrt(effective));
    const auto low = static_cast<std::int64_t>(std::floor(size * (0.5 - half)));
    const auto high = static_cast<std::int64_t>(std::ceil(size * (0.5 + half))) + 1;
    return {std::max<std::int64_t>(1, low), std::min(n, high)};
}

}  // namespace

double Interval::relative_half_width() const {
    return center == 0 ? 0 : (high - low) / (2 * std::abs(center));
}

double median(std::span<const double> readings) {
    assert(!readings.empty());
    std::vector<double> values = copy_of(readings);
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    return std::midpoint(*std::max_element(values.begin(), middle), *middle);
}

double quantile(std::span<const double> readings, double q) {
    assert(!readings.empty());
    const auto n = static_cast<double>(readings.size());
    // q n of 0.99 x 100 must be 99, though its product rounds to a little more.
    const double rank = std::clamp(std::ceil(q * n * (1 - 1e-12)), 1.0, n);
    std::vector<double> values = copy_of(readings);
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(rank) - 1;
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

double scaled_mad(std::span<const double> readings) {
    const double center = median(readings);
    std::vector<double> away = copy_of(readings);
    for (double& value : away) value = std::abs(value - center);
    return 1.4826 * median(away);
}

double autocorrelation_time(std::span<const double> readings) {
    // chosen: a bound on the work; what is correlated over 4,000 readings is drift
    constexpr std::size_t most_pairs = 2000;
    if (readings.size() < 4) return 1;
    const auto n = static_cast<double>(readings.size());
    std::vector<double> x = copy_of(readings);
    const double mean = std::accumulate(x.begin(), x.end(), 0.0) / n;
    for (double& value : x) value -= mean;
    const double variance = autocovariance(x, 0);
    if (!(variance > 0)) return 1;
    // Geyer 1992, "Practical Markov chain Monte Carlo", section 3.3: sums of adjacent pairs, while
    // positive, made monotone.
    double sum = 0, previous = INFINITY;
    const std::size_t pairs = std::min(x.size() / 2, most_pairs);
    for (std::size_t m = 0; m < pairs; ++m) {
        const double pair = (autocovariance(x, 2 * m) + autocovariance(x, 2 * m + 1)) / variance;
        if (pair <= 0) break;
        previous = std::min(previous, pair);
        sum += previous;
    }
    return std::max(1.0, 2 * sum - 1);
}

Interval median_interval(std::span<const double> readings, double confidence) {
    const auto n = static_cast<std::int64_t>(readings.size());
    if (n == 0) return {0, 0, 0, 0};
    const double alpha = 1 - confidence;
    const double tau = autocorrelation_time(readings);
    const double effective = static_cast<double>(n) / tau;
    const bool independent = tau <= 1.2;  // research/statistics 1.5
    const bool enough = exact_ranks(static_cast<std::int64_t>(effective), alpha).low > 0;
    if (!enough) return {median(readings), 0, 0, 0};
    const Ranks ranks = independent ? exact_ranks(n, alpha) : scaled_ranks(n, effective, alpha);
    std::vector<double> sorted = copy_of(readings);
    std::sort(sorted.begin(), sorted.end());
    return {median(readings), sorted[static_cast<std::size_t>(ranks.low - 1)],
            sorted[static_cast<std::size_t>(ranks.high - 1)], confidence};
}

int StoppingRule::next_look(int readings) const {
    return std::max(min_readings, static_cast<int>(std::ceil(readings * 1.5)));
}

bool StoppingRule::satisfied(std::span<const double> readings) const {
    if (readings.size() < static_cast<std::size_t>(std::max(min_readings, 1))) return false;
    const Interval interval = median_interval(readings);
    return interval.confidence > 0 && interval.relative_half_width() <= relative_half_width;
}

}  // namespace assay
