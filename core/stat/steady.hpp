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
    bool drifting = false;  ///< What follows the cut (or the first fifth) goes up or down.
    double drift = 0;       ///< Median of the last third of that over its first's, - 1.
};

/// Readings are positive, in the order taken. Under 30 nothing is cut and nothing is flagged: they
/// are too few to tell. O(n log n).
Steady steady_part(std::span<const double> readings);

/// The passes of one case together. One pass alone cannot tell a drift from turns that differ; ten
/// that go the same way can: drifting when the mean of ln(1 + drift) is not 0 (Student's t, p < 1
/// %) and its size above 0.25 %; under three passes when any drifts. reached: in half of them or
/// more. cut: the longest.
Steady together(std::span<const Steady> passes);

}  // namespace assay
