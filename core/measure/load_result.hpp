// SPDX-License-Identifier: Apache-2.0
// What a load came to: latencies, the scenario's metric, whether the bound was kept, and whether
// the load generator itself was good enough to say so. Plain values; definitions:
// docs/scenarios.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/measure/load.hpp"
#include "core/stat/overlatency.hpp"
#include "core/stat/percentile.hpp"

namespace assay {

/// What a load must be, to count.
struct LoadRules {
    TailRule tail;       ///< single-stream: of 0.9 by MLPerf; the others: of 0.99.
    double bound_s = 0;  ///< Of one query's latency; server and server-strict only.
    std::int64_t min_queries = 1;
    double min_seconds = 0;  ///< server: of scheduled time.
};

struct LoadResult {
    std::int64_t queries = 0, samples = 0;
    std::int64_t unfinished = 0;    ///< Queries that were not done in time: beyond any bound.
    double seconds = 0;             ///< From the first query due to the last one done.
    double mean_latency_s = 0;      ///< Of finished queries.
    double samples_per_second = 0;  ///< Of finished queries; offline's metric.
    TailEstimate tail;              ///< Seconds; the metric of single-stream and multi-stream.
    std::int64_t over = 0;          ///< server: queries beyond the bound.
    Kept kept = Kept::undecided;    ///< server: of the bound, by the scenario's rule.
    StrictVerdict strict;           ///< server-strict only.
    double p99_issue_delay_s = 0;   ///< Issued after it was due, server.
    double worst_issue_delay_s = 0;
    std::string invalid;  ///< Why none of this may be used; "" if it may.
};

/// Seconds from due to done of the finished queries, in the order in which they were due.
std::vector<double> latencies_s(const LoadLog& log);

/// Holds a load against its rules.
LoadResult judge_load(const LoadPlan& plan, const LoadLog& log, const LoadRules& rules);

/// The latencies' percentiles at each of `qs`, n/a where there are too few: percentile_text().
/// Takes about a second for a million correlated latencies.
std::vector<Percentile> latency_percentiles(const LoadLog& log, std::span<const double> qs);

}  // namespace assay
