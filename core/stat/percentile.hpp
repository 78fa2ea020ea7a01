// SPDX-License-Identifier: Apache-2.0
// A quantile of one sample with its distribution-free interval, and how many readings it takes to
// say one at all. With fewer there is no number, only the reason. Source: research/statistics 1.5.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/stat/sample.hpp"

namespace assay {

/// Least number of independent readings for which the two-sided 95 % interval of the q-quantile has
/// both ends in the sample: 6 for 0.5, 36 for 0.9, 72, 368 for 0.99, 3688. 0 < q < 1.
std::int64_t least_readings(double q);

/// The same for a one-sided 95 % upper bound: 5, 29, 59, 299, 2995.
std::int64_t least_readings_for_bound(double q);

/// From here on the interval is no wider in rank than half the tail on either side, and a report
/// need not warn: 30 (where every pass starts), 139, 292, 1522, 15351.
std::int64_t enough_readings(double q);

struct Percentile {
    double q = 0.5;
    Interval value;             ///< Unit of the readings; confidence 0: too few for a number.
    std::int64_t readings = 0;  ///< As many as were given.
    std::int64_t effective =
        0;  ///< As many independent ones are they worth; readings if tau <= 1.2.
    [[nodiscard]] bool available() const { return value.confidence > 0; }
    [[nodiscard]] bool low_n() const { return effective < enough_readings(q); }
};

/// quantile() with order statistics around it: exact binomial ranks, at the effective number of
/// readings when they are correlated. Any order of readings is theirs; 0 < q < 1.
Percentile percentile(std::span<const double> readings, double q);

/// What a table prints, given the number in words: "12.3 ms", "12.3 ms (low n)",
/// "n/a (n=250 < 368)", "n/a (n_eff=250 < 368)".
std::string percentile_text(const Percentile& percentile, std::string_view number);

}  // namespace assay
