// SPDX-License-Identifier: Apache-2.0
// What it costs devices to be at work at one instant (--together): each case's time together over
// its time alone, by pairs of passes. Derived on reading; only turns that overlap count.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result/summary.hpp"
#include "core/stat/passes.hpp"

namespace assay {

/// Chosen: with a tenth of a turn alone the cost may be a tenth too small, which a median over
/// readings mostly hides.
inline constexpr double least_overlap = 0.9;

/// The part of a record's turns in which all the other devices were at work too, 0 to 1.
double overlap_of(const SharingRecord& sharing);

/// One case on one device, alone and together. The summaries outlive it.
struct SharingCost {
    const CaseSummary* alone = nullptr;  ///< Null: not in the run.
    const CaseSummary* together = nullptr;
    std::optional<double> overlap;  ///< Over all passes measured together; none: there are none.
    /// Of the passes that overlapped enough: time together / time alone, paired within passes.
    Difference cost;
    int passes = 0;      ///< That count.
    std::string reason;  ///< "" when `cost` has an interval; else why not.
};

/// In the order of the summaries; nothing of a run without --together.
std::vector<SharingCost> sharing_costs(const Run& run, const std::vector<CaseSummary>& summaries);

}  // namespace assay
