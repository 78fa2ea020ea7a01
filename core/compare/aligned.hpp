// SPDX-License-Identifier: Apache-2.0
// Which passes two sides share, for runs in which they were measured side by side.
#pragma once

#include <vector>

#include "core/compare/compare.hpp"

namespace assay {

/// Medians of the same passes, in the order of passes.
struct Aligned {
    std::vector<double> baseline, candidate;
};

/// Of one case.
Aligned aligned(const CaseSummary& baseline, const CaseSummary& candidate);

/// True when both sides are subjects of one run whose workers took turns, and not the same one.
bool side_by_side(const Side& baseline, const Side& candidate);

}  // namespace assay
