// SPDX-License-Identifier: Apache-2.0
// What the passes of a case under load say together: derived on reading, never stored. The rules
// are core/stat's (early_stopping.hpp, overlatency.hpp); definitions: docs/scenarios.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/result/record.hpp"
#include "core/stat/early_stopping.hpp"
#include "core/stat/overlatency.hpp"

namespace assay {

/// One pass, held against its bound.
struct LoadVerdict {
    Kept kept = Kept::undecided;
    std::int64_t over = 0;  ///< Queries beyond the bound, unfinished ones too.
    double tau = 1;         ///< server-strict: queries that are worth one independent query.
};

/// Of a pass with a sample of an open-loop scenario with a rate.
LoadVerdict load_verdict(const LoadSettings& settings, const CaseRecord& record);

struct LoadSummary {
    int passes = 0;
    std::int64_t queries = 0, unfinished = 0, over = 0;  ///< Of all passes.
    double samples_per_second = 0;  ///< Mean of the passes; of a search: claimed.
    /// single- and multi-stream: the early-stopping estimate of the worst pass, seconds. Not
    /// available() when one of them has too few queries.
    TailEstimate tail;
    int met = 0, missed = 0;  ///< Passes; server with a rate. The rest is undecided.
    double worst_issue_delay_s = 0;
    /// Of a search: the lowest claim and the highest upper end of the passes, queries per second;
    /// upper 0: one of them has none. The least confidence.
    double claimed = 0, upper = 0, confidence = 0;
};

/// Nothing for a case without load, or without a pass. `records`: the passes that count.
std::optional<LoadSummary> load_summary(const Protocol& protocol,
                                        std::span<const CaseRecord* const> records);

}  // namespace assay
