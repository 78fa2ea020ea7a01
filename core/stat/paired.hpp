// SPDX-License-Identifier: Apache-2.0
// Two subjects measured side by side: the unit is the difference within one pass, so that what a
// pass (and its session) does to both of them drops out. Source: research/statistics 1.1 and 1.7.
#pragma once

#include <span>

#include "core/stat/passes.hpp"

namespace assay {

/// The medians of the same passes of two subjects, in the same order: d_r = ln b_r - ln a_r,
/// Student's t with R - 1 degrees of freedom. `hodges_lehmann` is that of one sample: exp of the
/// median of all (d_i + d_j) / 2, i <= j (Hodges & Lehmann 1963). `sd_log` is the sd of d_r.
/// Undecidable, as difference() is, with under two passes, other counts, or values <= 0.
Difference paired_difference(std::span<const double> first, std::span<const double> second);

/// Passes needed to resolve `margin` when the differences within a pass have this sd:
/// n = (1.96 + 1.28)^2 s^2 / L^2, half as many as two separate sides of the same sd need.
int paired_passes_needed(double sd_of_differences, double margin);

}  // namespace assay
