// SPDX-License-Identifier: Apache-2.0
// How many passes a run takes when it is not told: for a wanted precision, or within a time. Passes
// are never added until an interval looks narrow: that covers 92 % where it says 95
// (statistics 1.1).
#pragma once

#include <span>

#include "core/stat/sample.hpp"

namespace assay {

/// Stein's two-stage rule (1945) on the logarithms of the pilot's pass medians:
/// R = ceil((t_{.975, R0-1} s / ln(1 + target))^2), at least the pilot's R0. `target`: the wanted
/// half width, 0.01 for ±1 %. The pilot's count with under two medians, or values <= 0.
int passes_for_precision(std::span<const double> pilot_medians, double target);

/// The interval that belongs to it: exp(mean ln m ± t_{.975, R0-1} s / sqrt(R)) with the mean of
/// all R medians but s and degrees of freedom of the first `pilot` ones. Empty (confidence 0) with
/// fewer than two in the pilot.
Interval two_stage_interval(std::span<const double> pass_medians, std::size_t pilot);

/// Passes that are taken whatever the time: with one there is no interval.
inline constexpr std::size_t least_passes = 2;

/// Whether another pass, as long as those so far on average, ends within `limit` seconds after the
/// start; always true before `least_passes`.
bool another_pass_fits(std::span<const double> pass_seconds, double elapsed, double limit);

}  // namespace assay
