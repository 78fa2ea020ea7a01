// SPDX-License-Identifier: Apache-2.0
#include "core/stat/percentile.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "core/stat/distribution.hpp"

namespace assay {
namespace {

constexpr double alpha = 0.05;

/// The least n with p^n <= limit.
std::int64_t least_power(double p, double limit) {
    return static_cast<std::int64_t>(std::ceil(std::log(limit) / std::log(p)));
}

/// 1-based ranks; low = 0 or high = n + 1 where the sample does not reach.
struct Ranks {
    std::int64_t low = 0, high = 0;
};

/// X ~ Bin(n, q): low = max{ j : P(X <= j - 1) <= alpha/2 }, high = min{ j : P(X >= j) <= alpha/2
/// }. David & Nagaraja 2003, section 7.1. The searches begin at the normal approximation.
Ranks exact_ranks(std::int64_t n, double q) {
    const double center = static_cast<double>(n) * q;
    const double half = -normal_quantile(alpha / 2) * std::sqrt(center * (1 - q));
    const auto below = [&](std::int64_t j) { return binomial_cdf(j - 1, n, q); };  // P(X < j)
    const auto clamped = [&](double x) { return std::clamp<std::int64_t>(std::llround(x), 0, n); };
    Ranks ranks{clamped(center - half), clamped(center + half)};
    while (ranks.low > 0 && below(ranks.low) > alpha / 2) --ranks.low;
    while (below(ranks.low + 1) <= alpha / 2) ++ranks.low;
    while (ranks.high <= n && 1 - below(ranks.high) > alpha / 2) ++ranks.high;
    while (ranks.high > 1 && 1 - below(ranks.high - 1) <= alpha / 2) --ranks.high;
    return ranks;
}

/// The ranks of `effective` readings at the same places among n.
Ranks stretched(const Ranks& ranks, std::int64_t effective, std::int64_t n) {
    const double by = static_cast<double>(n) / static_cast<double>(effective);
    const auto low = static_cast<std::int64_t>(std::floor(static_cast<double>(ranks.low - 1) * by));
    const auto high = static_cast<std::int64_t>(std::ceil(static_cast<double>(ranks.high) * by));
    return {std::max<std::int64_t>(1, low + 1), std::min(n, high)};
}

}  // namespace

std::int64_t least_readings(double q) {
    return least_power(std::max(q, 1 - q), alpha / 2);
}

std::int64_t least_readings_for_bound(double q) {
    return least_power(q, alpha);
}

std::int64_t enough_readings(double q) {
    // The half-width in rank, z sqrt(q (1 - q) / n), is half the tail: research/statistics 1.5.
    const double z = normal_quantile(1 - alpha / 2), tail = std::min(q, 1 - q);
    const double n = z * z * (1 - tail) / (tail / 4);
    return std::max<std::int64_t>(StoppingRule{}.min_readings,
                                  static_cast<std::int64_t>(std::ceil(n)));
}

Percentile percentile(std::span<const double> readings, double q) {
    Percentile result{.q = q, .value = {0, 0, 0, 0}};
    result.readings = result.effective = static_cast<std::int64_t>(readings.size());
    const double tau = autocorrelation_time(readings);
    if (tau > 1.2) {  // research/statistics 1.5
        result.effective = static_cast<std::int64_t>(static_cast<double>(readings.size()) / tau);
    }
    if (result.effective < least_readings(q)) return result;
    const Ranks ranks =
        stretched(exact_ranks(result.effective, q), result.effective, result.readings);
    std::vector<double> sorted(readings.begin(), readings.end());
    std::sort(sorted.begin(), sorted.end());
    result.value = {quantile(readings, q), sorted[static_cast<std::size_t>(ranks.low - 1)],
                    sorted[static_cast<std::size_t>(ranks.high - 1)], 1 - alpha};
    return result;
}

std::string percentile_text(const Percentile& percentile, std::string_view number) {
    if (percentile.available()) {
        return fmt::format("{}{}", number, percentile.low_n() ? " (low n)" : "");
    }
    return fmt::format("n/a ({}={} < {})",
                       percentile.effective < percentile.readings ? "n_eff" : "n",
                       percentile.effective, least_readings(percentile.q));
}

}  // namespace assay
