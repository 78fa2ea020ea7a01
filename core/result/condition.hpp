// SPDX-License-Identifier: Apache-2.0
// What stands against trusting a row, with the reason and what to do. Nothing is dropped for it;
// some of it forbids a verdict. Derived on reading. Limits: docs/measuring.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay {

struct CaseSummary;
struct ProbeReference;
struct RunRecord;

/// From the worst on. A row shows the first that holds; `valid` when none does.
enum class Condition {
    not_together,  ///< Of a run with --together: too little of its turns was shared.
    not_steady,    ///< The readings never settled.
    drifting,      ///< They were still getting slower or faster.
    throttled,     ///< The core's clock was below its best.
    disturbed,     ///< Somebody else had the CPU, or a part of it.
    noisy,         ///< The interval is wider than the margin.
    few_readings,
    valid
};
std::string_view name(Condition condition);  ///< "not steady", "few readings" …

/// True for what makes a number no ground for a verdict (research/statistics 1.2).
bool forbids_verdict(Condition condition);

struct Doubt {
    Condition condition = Condition::valid;
    std::string reason;  ///< "time changes by +1.2 % from the first to the last third of a pass".
    std::string remedy;
};

/// All doubts about a measured case, the worst first. `reference` may be null: no probe.
std::vector<Doubt> doubts(const CaseSummary& summary, const RunRecord& run,
                          const ProbeReference* reference);

}  // namespace assay
