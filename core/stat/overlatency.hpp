// SPDX-License-Identifier: Apache-2.0
// Whether a server kept its latency bound when its queries are not independent: a queue clumps
// them. The rule `server-strict` is ours (research/statistics 1.10); MLPerf's own is
// early_stopping.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/stat/early_stopping.hpp"

namespace assay {

/// Queries of successive windows of equal time, and those of them that were beyond the bound.
struct Windows {
    std::vector<std::int64_t> queries, over;  ///< As many of each.
    [[nodiscard]] std::int64_t all_queries() const;
    [[nodiscard]] std::int64_t all_over() const;
};

/// Counts by windows of equal scheduled time. `over`: which queries were beyond the bound.
Windows windows_of(std::span<const std::int64_t> due_ns, const std::vector<bool>& over, int count);

constexpr int strict_windows = 30;  // research/statistics 1.10

/// What a run of queries says of the bound.
enum class Kept {
    met,       ///< Proven, with the rule's confidence.
    missed,    ///< The opposite is proven, with the same confidence.
    undecided  ///< Neither: too few queries, or too close.
};
std::string_view name(Kept kept);

/// MLPerf's verdict: `met` by proves_met(), `missed` when so many beyond the bound, or more, have a
/// probability of at most 1 - confidence at the percentile itself.
Kept kept(std::int64_t queries, std::int64_t over, const TailRule& rule);

struct StrictVerdict {
    Kept kept = Kept::undecided;
    double tau = 1;            ///< Queries that are worth one independent query, >= 1.
    double fraction = 0;       ///< Of all queries: beyond the bound.
    double upper = 1;          ///< Upper confidence limit of that, from the spread of the windows.
    bool long_enough = false;  ///< queries / tau >= 10 / (1 - p): there is something to certify.
};

/// `met` iff MLPerf's rule holds, the windows' fraction beyond the bound plus t * standard error is
/// within 1 - p, MLPerf's rule holds for over / tau of queries / tau, and the run is long enough.
/// `missed` by the binomial at queries / tau. Fewer than two windows with queries: undecided.
StrictVerdict strictly_kept(const Windows& windows, const TailRule& rule);

}  // namespace assay
