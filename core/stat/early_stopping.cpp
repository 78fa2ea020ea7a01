// SPDX-License-Identifier: Apache-2.0
// Bisection on the incomplete beta function of distribution.hpp, which keeps its digits for
// millions of queries (LoadGen's series takes up to 200,000 terms, by its own comment).
#include "core/stat/early_stopping.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "core/stat/distribution.hpp"

namespace assay {
namespace {

/// The least n in (low, high] for which holds(n); it must hold at high, and stay true once true.
template <class Holds>
std::int64_t first_where(std::int64_t low, std::int64_t high, Holds&& holds) {
    while (high - low > 1) {
        const std::int64_t middle = low + (high - low) / 2;
        (holds(middle) ? high : low) = middle;
    }
    return high;
}

}  // namespace

double luck(std::int64_t queries, std::int64_t over, const TailRule& rule) {
    if (over >= queries) return 1;
    // inference_rules.adoc: F(t; h + t, 1 - (p - d)) = I(p - d; h, t + 1)
    return incomplete_beta(static_cast<double>(queries - over), static_cast<double>(over + 1),
                           rule.percentile - rule.tolerance);
}

bool proves_met(std::int64_t queries, std::int64_t over, const TailRule& rule) {
    return luck(queries, over, rule) <= 1 - rule.confidence;
}

std::int64_t queries_needed(std::int64_t over, const TailRule& rule) {
    const auto enough = [&](std::int64_t n) { return proves_met(n, over, rule); };
    std::int64_t high = over + 1;
    while (!enough(high)) high *= 2;
    return first_where(over, high, enough);
}

std::int64_t most_over(std::int64_t queries, const TailRule& rule) {
    const auto too_many = [&](std::int64_t over) { return !proves_met(queries, over, rule); };
    return first_where(-1, std::max<std::int64_t>(queries, 0), too_many) - 1;
}

std::int64_t fixed_queries(const TailRule& rule) {
    // MLPerf Inference (arXiv 1911.02549), section III-D: n = z^2 p (1 - p) / margin^2.
    const double z = normal_quantile((1 + rule.confidence) / 2), p = rule.percentile;
    const double margin = (1 - p) / 20;
    return std::llround(z * z * p * (1 - p) / (margin * margin));
}

TailEstimate tail_estimate(std::span<const double> latencies, const TailRule& rule) {
    TailEstimate estimate;
    estimate.queries = static_cast<std::int64_t>(latencies.size());
    estimate.needed = queries_needed(1, rule);
    if (!estimate.available()) return estimate;
    estimate.discarded = most_over(estimate.queries, rule) - 1;
    std::vector<double> sorted(latencies.begin(), latencies.end());
    const auto at = sorted.end() - 1 - static_cast<std::ptrdiff_t>(estimate.discarded);
    std::nth_element(sorted.begin(), at, sorted.end());
    estimate.value = *at;
    return estimate;
}

std::string tail_text(const TailEstimate& estimate, std::string_view number) {
    if (estimate.available()) return std::string(number);
    return fmt::format("n/a (n={} < {})", estimate.queries, estimate.needed);
}

}  // namespace assay
