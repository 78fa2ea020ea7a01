// SPDX-License-Identifier: Apache-2.0
// A cut that lowers MSER's statistic by chance costs precision and flags quiet samples, so it must
// also be significant. Both tests widen by the autocorrelation of what they look at.
#include "core/stat/steady.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/stat/batches.hpp"
#include "core/stat/distribution.hpp"
#include "core/stat/sample.hpp"

namespace assay {
namespace {

constexpr std::size_t least_readings = 30;  // chosen: StoppingRule's first look
constexpr std::size_t batch = 5;            // MSER-5: White, Cobb & Spratt 2000
// chosen by simulation (docs/decisions/0007): the cut is picked among many
constexpr double cut_significance = 0.001;
constexpr double drift_significance = 0.01, least_drift = 0.0025;  // research/statistics 1.2

/// MSER (White 1997) on batch medians, for one outlier moves a mean: how many batches to cut, at
/// most half of them. The cut d makes sum_{j>d} (y_j - mean)^2 / (m - d)^2 least, walked from the
/// end.
std::size_t mser(std::span<const double> y) {
    double sum = 0, squares = 0, best = INFINITY;
    std::size_t cut = 0;
    for (std::size_t d = y.size(); d-- > 0;) {
        const double x = y[d] - y.back();
        sum += x;
        squares += x * x;
        const auto kept = static_cast<double>(y.size() - d);
        const double statistic = std::max(0.0, squares - sum * sum / kept) / (kept * kept);
        if (d > y.size() / 2 || statistic > best) continue;
        best = statistic;
        cut = d;
    }
    return cut;
}

/// Variance of the median of a batch of independent readings, by their 10 % and 90 % quantiles: a
/// few batch medians of two-humped readings may lie on one hump by chance.
double least_variance(std::span<const double> kept) {
    const double sd = (quantile(kept, 0.9) - quantile(kept, 0.1)) / 2.563;  // 2 z(0.9)
    return 1.5708 * sd * sd / double{batch};  // pi / 2: the median of normal readings
}

/// Whether the batches before `cut` differ from those after it.
bool differs(std::span<const double> y, std::size_t cut, double least) {
    const auto kept = y.subspan(cut);
    const Mean before = mean_of(y.first(cut)), after = mean_of(kept);
    const auto count = static_cast<double>(kept.size());
    const double each = autocorrelation_time(kept) * std::max(after.variance * count, least);
    const double variance = each / count + each / static_cast<double>(cut);
    const double d = std::abs(before.value - after.value);
    if (!(variance > 0)) return d > 0;
    return 2 * student_cdf(-d / std::sqrt(variance), after.freedom) < cut_significance;
}

/// Welch on the batch medians of the first and the last third; p of no difference.
double trend_p(std::span<const double> y) {
    const Mean early = mean_of(y.first(y.size() / 3)), late = mean_of(y.last(y.size() / 3));
    const double a = early.variance, b = late.variance, d = early.value - late.value;
    if (!(a + b > 0)) return d == 0 ? 1 : 0;
    const double freedom = (a + b) * (a + b) / (a * a / early.freedom + b * b / late.freedom);
    // Batches of correlated readings, or of turns that differ, are fewer than they look.
    const double error = std::sqrt(autocorrelation_time(detrended(y)) * (a + b));
    return 2 * student_cdf(-std::abs(d) / error, freedom);
}

void guard_trend(Steady& steady, std::span<const double> readings) {
    // A long cut would leave little to see a trend in; what moves after a fifth is no short warm-up
    // (chosen by simulation: docs/decisions/0007).
    const auto kept = readings.subspan(std::min(steady.cut, readings.size() / 5));
    const std::size_t third = kept.size() / 3;
    steady.drift = median(kept.last(third)) / median(kept.first(third)) - 1;
    if (!(std::abs(steady.drift) > least_drift)) return;
    const std::size_t size = std::max<std::size_t>(1, third / 12);  // research/statistics 1.2
    steady.drifting = trend_p(batch_medians(kept, size)) < drift_significance;
}

}  // namespace

Steady steady_part(std::span<const double> readings) {
    Steady steady;
    if (readings.size() < least_readings) return steady;
    const std::vector<double> y = batch_medians(readings, batch);
    const std::size_t cut = mser(y);
    if (cut > 0 && differs(y, cut, least_variance(readings.subspan(cut * batch)))) {
        steady.cut = cut * batch;
        steady.reached = cut < y.size() / 2;
    }
    guard_trend(steady, readings);
    return steady;
}

Steady together(std::span<const Steady> passes) {
    Steady all;
    std::vector<double> drifts;
    std::size_t reached = 0, flagged = 0;
    for (const Steady& each : passes) {
        all.cut = std::max(all.cut, each.cut);
        reached += each.reached ? 1 : 0;
        flagged += each.drifting ? 1 : 0;
        drifts.push_back(std::log1p(each.drift));
    }
    if (passes.empty()) return all;
    all.reached = 2 * reached >= passes.size();
    const Mean mean = mean_of(drifts);
    all.drift = std::expm1(mean.value);
    const bool enough = std::abs(all.drift) > least_drift;
    const double error = std::sqrt(mean.variance);
    const bool significant =
        error > 0
            ? 2 * student_cdf(-std::abs(mean.value) / error, mean.freedom) < drift_significance
            : passes.size() > 1;
    all.drifting = passes.size() < 3 ? flagged > 0 : enough && significant;
    return all;
}

}  // namespace assay
