// SPDX-License-Identifier: Apache-2.0
#include "core/stat/paired.hpp"

#include <algorithm>
#include <cmath>

#include "core/stat/distribution.hpp"

namespace assay {
namespace {

/// d_r of each pass; empty when the sides are not pairs of finite positive medians.
std::vector<double> log_ratios(std::span<const double> first, std::span<const double> second) {
    if (first.size() != second.size()) return {};
    std::vector<double> differences;
    for (std::size_t i = 0; i < first.size(); ++i) {
        const bool usable =
            first[i] > 0 && second[i] > 0 && std::isfinite(first[i]) && std::isfinite(second[i]);
        if (!usable) return {};
        // Not ln(b / a): swapped sides must give exactly the opposite.
        differences.push_back(std::log(second[i]) - std::log(first[i]));
    }
    return differences;
}

struct Moments {
    double mean = 0, variance = 0;
};

Moments moments(const std::vector<double>& values) {
    const auto count = static_cast<double>(values.size());
    // Equal values must have variance 0, not the rounding error of their mean.
    const double origin = values.front();
    double sum = 0, squares = 0;
    for (const double value : values) sum += value - origin;
    const double mean = origin + sum / count;
    for (const double value : values) squares += (value - mean) * (value - mean);
    return {mean, values.size() < 2 ? 0 : squares / (count - 1)};
}

/// The median of all Walsh averages.
double walsh_median(const std::vector<double>& values) {
    std::vector<double> averages;
    averages.reserve(values.size() * (values.size() + 1) / 2);
    for (std::size_t i = 0; i < values.size(); ++i) {
        for (std::size_t j = i; j < values.size(); ++j) {
            averages.push_back((values[i] + values[j]) / 2);
        }
    }
    return median(averages);
}

/// Two-sided p of a mean difference. Without any spread only an exact tie is no difference.
double two_sided_p(double mean, double error, double freedom) {
    if (error > 0) return 2 * student_cdf(-std::abs(mean) / error, freedom);
    return mean == 0 ? 1 : 0;
}

double half_width(double confidence, double error, double freedom) {
    return error > 0 ? student_quantile((1 + confidence) / 2, freedom) * error : 0;
}

}  // namespace

Difference paired_difference(std::span<const double> first, std::span<const double> second) {
    Difference result;
    result.low95 = result.high95 = result.low90 = result.high90 = 0;
    const std::vector<double> differences = log_ratios(first, second);
    if (differences.empty()) return result;
    const auto count = static_cast<double>(differences.size());
    const Moments found = moments(differences);
    result.ratio = std::exp(found.mean);
    result.hodges_lehmann = std::exp(walsh_median(differences));
    result.sd_log = std::sqrt(found.variance);
    result.decidable = differences.size() >= 2;
    if (!result.decidable) return result;
    const double error = std::sqrt(found.variance / count);
    const double half95 = half_width(0.95, error, count - 1);
    const double half90 = half_width(0.90, error, count - 1);
    result.low95 = std::exp(found.mean - half95);
    result.high95 = std::exp(found.mean + half95);
    result.low90 = std::exp(found.mean - half90);
    result.high90 = std::exp(found.mean + half90);
    result.p = two_sided_p(found.mean, error, count - 1);
    return result;
}

int paired_passes_needed(double sd_of_differences, double margin) {
    // Two sides of sd s each differ with sd s sqrt(2): the formula of passes_needed holds for s.
    return passes_needed(sd_of_differences / std::sqrt(2.0), margin);
}

}  // namespace assay
