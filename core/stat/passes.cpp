// SPDX-License-Identifier: Apache-2.0
// One set of passes: its interval, and what many comparisons need (Holm, passes to take). Two sets
// are held against each other in difference.cpp.
#include "core/stat/passes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/stat/distribution.hpp"

namespace assay {

Interval pass_interval(std::span<const double> pass_medians, double confidence) {
    const auto count = static_cast<double>(pass_medians.size());
    std::vector<double> logs(pass_medians.begin(), pass_medians.end());
    for (double& value : logs) value = std::log(value);
    const double mean = std::accumulate(logs.begin(), logs.end(), 0.0) / count;
    if (!std::isfinite(mean)) return {0, 0, 0, 0};
    if (logs.size() < 2) return {std::exp(mean), 0, 0, 0};
    double squares = 0;
    for (const double value : logs) squares += (value - mean) * (value - mean);
    // research/statistics 1.1: exp(mean ln m +- t s / sqrt(R)), R - 1 degrees of freedom.
    const double error = std::sqrt(squares / (count - 1) / count);
    const double half = student_quantile((1 + confidence) / 2, count - 1) * error;
    return {std::exp(mean), std::exp(mean - half), std::exp(mean + half), confidence};
}

std::vector<double> holm(std::span<const double> p) {
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return p[a] < p[b]; });
    std::vector<double> adjusted(p.size());
    double largest = 0;
    // Holm 1979: the i-th smallest (from 0) times m - i, never below the one before.
    for (std::size_t i = 0; i < order.size(); ++i) {
        const double scaled = p[order[i]] * static_cast<double>(p.size() - i);
        largest = std::max(largest, std::min(1.0, scaled));
        adjusted[order[i]] = largest;
    }
    return adjusted;
}

int passes_needed(double sd_log, double margin) {
    // research/statistics 1.7: 5 % two-sided (1.96) with 90 % power (1.28).
    const double ratio = (1.96 + 1.28) * sd_log / std::log1p(margin);
    const double needed = std::ceil(2 * ratio * ratio);
    constexpr double most = std::numeric_limits<int>::max();
    return needed < most ? std::max(2, static_cast<int>(needed)) : std::numeric_limits<int>::max();
}

}  // namespace assay
