// SPDX-License-Identifier: Apache-2.0
// Statistics of the readings of one pass: median, its interval, autocorrelation, quantiles.
// Pure functions; none changes the order of its input.  Method: docs/measuring.md.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace assay {

/// An estimate and the interval that holds it with `confidence`.
struct Interval {
    double center = 0, low = 0, high = 0;
    double confidence = 0.95;
    /// (high - low) / (2 center); the "±" of tables. 0 when center is 0.
    [[nodiscard]] double relative_half_width() const;
};

/// The middle value; the mean of the two middle ones when their number is even. Needs one.
double median(std::span<const double> readings);

/// Inverse empirical distribution function x_(ceil(q n)), 0 < q <= 1 (Hyndman & Fan 1996, type 1).
double quantile(std::span<const double> readings, double q);

/// Median absolute deviation from the median, times 1.4826 (sd of a normal).
double scaled_mad(std::span<const double> readings);

/// Integrated autocorrelation time >= 1: Geyer's initial monotone positive sequence (1992).
double autocorrelation_time(std::span<const double> readings);

/// Order-statistic interval of the median with the effective sample size n / tau.
/// Empty interval (low = high = 0, confidence 0) below 6 readings.
Interval median_interval(std::span<const double> readings, double confidence = 0.95);

/// Stopping rule of one pass (statistics 1.3): readings are looked at when there are 30, 45, 68 …
struct StoppingRule {
    int min_readings = 30;
    double relative_half_width = 0.0025;
    /// The next number of readings at which to look, given the present one.
    [[nodiscard]] int next_look(int readings) const;
    /// True when the interval of the median is narrow enough.
    [[nodiscard]] bool satisfied(std::span<const double> readings) const;
};

/// What is odd about the readings, for people: "outliers: 2 of 40 readings beyond 10 MAD", … Order
/// kept.
std::vector<std::string> oddities(std::span<const double> readings);

}  // namespace assay
