// SPDX-License-Identifier: Apache-2.0
// Where a series of values in order of time steps. Not how large a step is (difference()), and not
// slow drift, which looks like steps. Source: research/statistics 1.9; Matteson & James 2014.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace assay {

/// The most likely place of one step: the first value after it.
struct Change {
    std::size_t at = 0;
    double p = 1;  ///< Probability of so clear a step in a series without any; >= 1e-4.
};

/// Files on either side of a step, at least: research/statistics 1.9.
inline constexpr std::size_t least_side = 7;

/// The split that explains most of the squares, with `least_side` values on either side. p is that
/// of a permutation test over all splits at once (fixed seed, at most 9,999 orders); it assumes
/// that without a step any order of the values is as likely. { 0, 1 } for a shorter series.
Change strongest_change(std::span<const double> series);

/// All steps, in order: the strongest, then those within the parts it leaves, each with
/// p <= significance. A series without a step yields one in at most that share of series.
std::vector<Change> changes(std::span<const double> series, double significance);

}  // namespace assay
