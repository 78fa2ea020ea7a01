// SPDX-License-Identifier: Apache-2.0
// Stein's two-stage rule over the cases of a run: how many passes, and which cases would need more
// than there may be. Derived from the file, so that every reader gets the same. Rule:
// stat/plan.hpp.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/result/summary.hpp"

namespace assay {

/// How many of the case's measured passes are of the pilot.
std::size_t pilot_count(const CaseSummary& summary, const TwoStage& plan);

/// Passes that this case needs, from its pilot; not capped.
int passes_needed(const CaseSummary& summary, const TwoStage& plan);

/// The largest need of all cases, at least the pilot, at most plan.most_passes.
int two_stage_passes(const TwoStage& plan, const std::vector<CaseSummary>& summaries);

/// "gemm f32 … (73)": the cases whose need is beyond plan.most_passes, with it.
std::vector<std::string> beyond_most_passes(const TwoStage& plan,
                                            const std::vector<CaseSummary>& summaries);

}  // namespace assay
