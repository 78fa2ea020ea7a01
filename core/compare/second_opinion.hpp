// SPDX-License-Identifier: Apache-2.0
// What else the records say of a difference, beside the estimate that the verdict rests on: the
// other estimate of the same passes, and the time in cycles. Gives no verdict.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/compare/compare.hpp"

namespace assay {

/// Puts the normalised estimate in the place of the raw one, and the other way round, where a case
/// has both.
void exchange_estimates(std::vector<CaseSummary>& cases);

/// The difference by the other estimate, by the method of the report; nothing when a side lacks it.
std::optional<Difference> by_other_estimate(const Comparison& each, const ComparisonReport& report);

/// Candidate's cycles over baseline's: the ratio of times with that of the cores' clocks taken out.
/// Nothing without probes on both sides, or when the processors are not of one model.
std::optional<double> cycle_ratio(const Comparison& each, const ComparisonReport& report);

/// "time differs, cycles do not: …" for a claim that the clocks explain; else "".
std::string clock_remark(const Comparison& each, double margin);

}  // namespace assay
