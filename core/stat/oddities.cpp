// SPDX-License-Identifier: Apache-2.0
// What is odd about a sample, in words. Nothing is ever deleted for being odd: research/statistics
// sections 1.4 and 1.6.
#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "core/stat/sample.hpp"

namespace assay {
namespace {

using Finding = std::optional<std::string>;

/// Readings further than 10 scaled MAD from the median (the constant of hyperfine).
Finding outliers(std::span<const double> readings) {
    const double center = median(readings);
    // chosen: 0.1 % where most readings are equal (a coarse clock) and the MAD says nothing
    const double limit = std::max(10 * scaled_mad(readings), 1e-3 * std::abs(center));
    const auto beyond = [&](double x) { return std::abs(x - center) > limit; };
    const auto count = std::count_if(readings.begin(), readings.end(), beyond);
    if (count == 0) return {};
    const double share = static_cast<double>(count) / static_cast<double>(readings.size());
    return fmt::format("{}: {} of {} readings beyond 10 MAD{}",
                       share > 0.05 ? "heavy tail" : "outliers", count, readings.size(),
                       beyond(readings[0]) ? ", the first among them" : "");
}

/// The widest step between neighbours in order of size that leaves a tenth on either side.
struct Gap {
    std::size_t below = 0;  ///< Readings under it.
    double width = 0;
};

Gap widest_gap(std::span<const double> sorted) {
    const std::size_t least = std::max<std::size_t>(5, sorted.size() / 10);
    Gap widest;
    for (std::size_t i = least; i + least <= sorted.size(); ++i) {
        const double width = sorted[i] - sorted[i - 1];
        if (width > widest.width) widest = {i, width};
    }
    return widest;
}

/// Two groups: a gap above 5 MAD of each group and above 1 % (chosen: less changes no decision).
Finding clusters(std::span<const double> readings) {
    std::vector<double> sorted(readings.begin(), readings.end());
    std::sort(sorted.begin(), sorted.end());
    const Gap gap = widest_gap(sorted);
    if (gap.width <= 0) return {};
    const auto lower = std::span<const double>(sorted).first(gap.below);
    const auto upper = std::span<const double>(sorted).subspan(gap.below);
    const double spread = std::max(scaled_mad(lower), scaled_mad(upper));
    const double apart = median(upper) / median(lower) - 1;
    if (gap.width <= 5 * spread || !(apart > 0.01)) return {};
    return fmt::format("two clusters: {} and {} readings, {:.1f} % apart", lower.size(),
                       upper.size(), 100 * apart);
}

/// chosen: under 10 effective readings the interval of the median is a guess.
Finding dependence(std::span<const double> readings) {
    const auto n = static_cast<double>(readings.size());
    // Equal readings differ by the rounding of a sum at most, and that depends on what came before.
    if (scaled_mad(readings) <= 1e-9 * std::abs(median(readings))) return {};
    const double effective = n / autocorrelation_time(readings);
    if (n < 10 || effective >= 10) return {};
    return fmt::format("low n_eff: {} dependent readings count as {:.0f}", readings.size(),
                       effective);
}

}  // namespace

std::vector<std::string> oddities(std::span<const double> readings) {
    std::vector<std::string> found;
    if (readings.empty()) return found;
    for (const auto check : {outliers, clusters, dependence}) {
        if (Finding finding = check(readings)) found.push_back(*std::move(finding));
    }
    return found;
}

}  // namespace assay
