// SPDX-License-Identifier: Apache-2.0
// Which readings of a pass are still warm-up, and whether the others stand still. Pure functions of
// the readings; nothing is removed from them.
// Source: research/statistics 1.2 (MSER-5; trend guard), docs/decisions/0007.
#pragma once

#include <cstddef>
#include <span>

namespace assay {

/// The part of a sample to take the median of: readings[cut], readings[cut + 1], …
struct Steady {
    std::size_t cut = 0;    ///< Leading readings that are warm-up: a multiple of 5, at most half.
    bool reached = true;    ///< False: still warm-up at the half, so perhaps to the end.
    bool drifting = false;  ///< The kept part goes up or down.
    double drift = 0;       ///< Median of its last third over that of its first, - 1.
};

/// Readings are positive, in the order taken. Under 30 nothing is cut and nothing is flagged: they
/// are too few to tell. O(n log n).
Steady steady_part(std::span<const double> readings);

}  // namespace assay
