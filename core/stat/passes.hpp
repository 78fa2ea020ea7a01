// SPDX-License-Identifier: Apache-2.0
// Statistics across passes. The pass is the unit of replication: its median is one observation.
// Source: research/statistics 1.1, 1.7, 1.8 (Kalibera & Jones 2013; Schuirmann 1987; Holm 1979).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/stat/sample.hpp"

namespace assay {

/// exp(mean of ln m_r) with Student's t on ln m_r, R-1 degrees of freedom. All values > 0.
/// With one pass the interval is empty (confidence 0).
Interval pass_interval(std::span<const double> pass_medians, double confidence = 0.95);

/// How two sets of pass medians differ. ratio = second / first. Not decidable: low = high = 0.
/// Sets without any spread: p is 1 when they are equal and 0 when not, the intervals are points.
struct Difference {
    double ratio = 1;
    double low95 = 1, high95 = 1;  ///< 95 % interval of the ratio.
    double low90 = 1, high90 = 1;  ///< 90 %: for the equivalence test.
    double p = 1;                  ///< Welch, two-sided, on logs.
    double hodges_lehmann = 1;     ///< exp(median of all differences of logs).
    double sd_log = 0;             ///< Pooled sd of ln m_r.
    bool decidable = false;        ///< False with under two passes on a side, or values <= 0.
};

/// Welch's t on ln m_r, with a known session variance 2 * session_sd^2 added (statistics 1.7).
Difference difference(std::span<const double> first, std::span<const double> second,
                      double session_sd);

/// Holm's step-down adjusted p-values, in the order given.
std::vector<double> holm(std::span<const double> p);

enum class Direction { faster, slower, equivalent, cant_tell };

/// The verdict of statistics 1.7 for times: ratio > 1 is slower. `adjusted_p` is Holm's.
/// margin: the least relative difference that matters, 0.02 for 2 %.
Direction direction(const Difference& difference, double adjusted_p, double margin);

/// Passes per side needed to resolve `margin` at this sd_log: n = 2 (1.96 + 1.28)^2 s^2 / L^2.
int passes_needed(double sd_log, double margin);

}  // namespace assay
