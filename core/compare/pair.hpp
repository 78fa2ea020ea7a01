// SPDX-License-Identifier: Apache-2.0
// Which case of one side stands against which of the other: the same work first, then the nearest
// one that is left, to name what differs. It judges nothing.
#pragma once

#include <string>
#include <vector>

#include "core/result/summary.hpp"

namespace assay {

/// A case on both sides, or on one (the other is null).
struct Pair {
    CaseSummary* baseline = nullptr;
    CaseSummary* candidate = nullptr;
    /// "" for the same work; else what differs: "cache is hot in the baseline, cold in the
    /// candidate".
    std::string difference;
};

/// In the order of the baseline, then what only the candidate has. Each case is in one pair.
std::vector<Pair> pair_cases(std::vector<CaseSummary>& baseline,
                             std::vector<CaseSummary>& candidate);

}  // namespace assay
