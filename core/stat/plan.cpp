// SPDX-License-Identifier: Apache-2.0
#include "core/stat/plan.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/stat/distribution.hpp"

namespace assay {
namespace {

double mean_of_logs(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) sum += std::log(value);
    return sum / static_cast<double>(values.size());
}

double sd_of_logs(std::span<const double> values) {
    const double mean = mean_of_logs(values);
    double squares = 0;
    for (const double value : values) {
        squares += (std::log(value) - mean) * (std::log(value) - mean);
    }
    return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

double student(std::size_t pilot) {
    return student_quantile(0.975, static_cast<double>(pilot) - 1);
}

}  // namespace

int passes_for_precision(std::span<const double> pilot_medians, double target) {
    const auto pilot = static_cast<int>(pilot_medians.size());
    if (pilot < 2) return pilot;
    const double sd = sd_of_logs(pilot_medians);
    if (!std::isfinite(sd)) return pilot;
    const double root = student(pilot_medians.size()) * sd / std::log1p(target);
    const double passes = std::ceil(root * root);
    constexpr int most = std::numeric_limits<int>::max();
    return passes < most ? std::max(pilot, static_cast<int>(passes)) : most;
}

Interval two_stage_interval(std::span<const double> pass_medians, std::size_t pilot) {
    const double mean = mean_of_logs(pass_medians);
    if (!std::isfinite(mean)) return {0, 0, 0, 0};
    pilot = std::min(pilot, pass_medians.size());
    if (pilot < 2) return {std::exp(mean), 0, 0, 0};
    const double error =
        sd_of_logs(pass_medians.first(pilot)) / std::sqrt(static_cast<double>(pass_medians.size()));
    const double half = student(pilot) * error;
    return {std::exp(mean), std::exp(mean - half), std::exp(mean + half), 0.95};
}

bool another_pass_fits(std::span<const double> pass_seconds, double elapsed, double limit) {
    if (pass_seconds.size() < least_passes) return true;
    const double sum = std::accumulate(pass_seconds.begin(), pass_seconds.end(), 0.0);
    return elapsed + sum / static_cast<double>(pass_seconds.size()) <= limit;
}

}  // namespace assay
