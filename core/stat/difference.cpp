// SPDX-License-Identifier: Apache-2.0
// Two sets of pass medians: Welch's t on their logarithms, checked by Hodges-Lehmann, and the
// verdict. Source: research/statistics 1.7; Welch 1947; Hodges & Lehmann 1963; Schuirmann 1987.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/stat/distribution.hpp"
#include "core/stat/passes.hpp"

namespace assay {
namespace {

/// The logarithms of one side's pass medians and their moments.
struct Side {
    explicit Side(std::span<const double> medians);

    std::vector<double> logs;
    double count = 0, mean = 0, variance = 0;
};

Side::Side(std::span<const double> medians) : count(static_cast<double>(medians.size())) {
    for (const double value : medians) logs.push_back(std::log(value));
    std::sort(logs.begin(), logs.end());  // The order of passes must not change a rounding.
    // Equal values must have variance 0, not the rounding error of their mean.
    const double origin = logs.empty() ? 0 : logs.front();
    double sum = 0, squares = 0;
    for (const double value : logs) sum += value - origin;
    mean = origin + sum / count;
    for (const double value : logs) squares += (value - mean) * (value - mean);
    variance = logs.size() < 2 ? 0 : squares / (count - 1);
}

/// exp of the median of all b_j - a_i.
double hodges_lehmann(const Side& first, const Side& second) {
    std::vector<double> shifts;
    shifts.reserve(first.logs.size() * second.logs.size());
    for (const double a : first.logs) {
        for (const double b : second.logs) shifts.push_back(b - a);
    }
    return std::exp(median(shifts));
}

/// Standard error of mean(b) - mean(a) and its degrees of freedom.
struct Error {
    double squared, freedom;
};

/// Welch-Satterthwaite. The session variance counts as known: it costs no degrees of freedom.
Error welch(const Side& first, const Side& second, double session_sd) {
    const double a = first.variance / first.count, b = second.variance / second.count;
    const double squared = a + b + 2 * session_sd * session_sd;
    const double spent = a * a / (first.count - 1) + b * b / (second.count - 1);
    return {squared, spent > 0 ? squared * squared / spent : INFINITY};
}

/// Two-sided p of a difference d. Without any spread only an exact tie is no difference.
double two_sided_p(double d, const Error& error) {
    if (error.squared > 0) {
        return 2 * student_cdf(-std::abs(d) / std::sqrt(error.squared), error.freedom);
    }
    return d == 0 ? 1 : 0;
}

double half_width(double confidence, const Error& error) {
    if (!(error.squared > 0)) return 0;
    return student_quantile((1 + confidence) / 2, error.freedom) * std::sqrt(error.squared);
}

double pooled_sd(const Side& first, const Side& second) {
    const double freedom = first.count + second.count - 2;
    if (freedom <= 0) return 0;
    return std::sqrt(((first.count - 1) * first.variance + (second.count - 1) * second.variance) /
                     freedom);
}

bool all_positive(std::span<const double> values) {
    return std::all_of(values.begin(), values.end(),
                       [](double x) { return x > 0 && std::isfinite(x); });
}

}  // namespace

Difference difference(std::span<const double> first, std::span<const double> second,
                      double session_sd) {
    Difference result;
    result.low95 = result.high95 = result.low90 = result.high90 = 0;
    if (first.empty() || second.empty()) return result;
    if (!all_positive(first) || !all_positive(second)) return result;
    const Side a(first), b(second);
    const double d = b.mean - a.mean;
    result.ratio = std::exp(d);
    result.hodges_lehmann = hodges_lehmann(a, b);
    result.sd_log = pooled_sd(a, b);
    result.decidable = first.size() >= 2 && second.size() >= 2;
    if (!result.decidable) return result;
    const Error error = welch(a, b, session_sd);
    const double half95 = half_width(0.95, error), half90 = half_width(0.90, error);
    result.low95 = std::exp(d - half95);
    result.high95 = std::exp(d + half95);
    result.low90 = std::exp(d - half90);
    result.high90 = std::exp(d + half90);
    result.p = two_sided_p(d, error);
    return result;
}

Direction direction(const Difference& difference, double adjusted_p, double margin) {
    if (!difference.decidable) return Direction::cant_tell;
    // A change of exactly the margin must not hang on rounding: 1e-12 counts as reached.
    const double limit = std::log1p(margin) * (1 - 1e-12), d = std::log(difference.ratio);
    const bool agree = d * std::log(difference.hodges_lehmann) > 0;
    if (adjusted_p < 0.05 && std::abs(d) >= limit && agree) {
        return d > 0 ? Direction::slower : Direction::faster;
    }
    const bool inside = std::log(difference.low90) > -limit && std::log(difference.high90) < limit;
    return inside ? Direction::equivalent : Direction::cant_tell;
}

}  // namespace assay
