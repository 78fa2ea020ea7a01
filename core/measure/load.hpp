// SPDX-License-Identifier: Apache-2.0
// The load generator: issues queries to a server as a scenario of MLPerf Inference says, and writes
// down when each was due, issued and done. It judges nothing (load_result.hpp), and what a query is
// is the server's business. Definitions: docs/scenarios.md.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "core/measure/load_clock.hpp"
#include "core/suite/scenario.hpp"

namespace assay {

struct Completion {
    std::int64_t query = 0;
    std::int64_t at_ns = 0;  ///< By the load's clock; of the query's last sample.
};

/// What is under load. Queries are numbered from 0; one query is `samples` samples.
class Server {
public:
    virtual ~Server() = default;

    /// Takes the query and returns soon: what it waits here delays the next one.
    virtual void issue(std::int64_t query, std::int64_t samples) = 0;

    /// Appends completions that were not yet reported, in any order. When there are none it waits
    /// for one until the clock reads until_ns.
    virtual void collect(std::int64_t until_ns, std::vector<Completion>& done) = 0;
};

struct LoadPlan {
    Scenario scenario = Scenario::single_stream;
    std::int64_t samples_per_query = 1;  ///< multi-stream: 8; offline: all of them.
    /// When queries are due, from the start of the load (server). Others: not used.
    std::vector<std::int64_t> arrivals_ns;
    /// single-stream and multi-stream end when both are reached, or with most_queries.
    std::int64_t min_queries = 1;
    double min_seconds = 0;
    std::int64_t most_queries = std::numeric_limits<std::int64_t>::max();
    /// How long the generator waits after the last query was issued (single: each) for what is not
    /// done; the rest stays unfinished.
    double patience_seconds = 60;
};

constexpr std::int64_t never_ns = -1;

/// One element per query, by the load's clock; 0 is its start.
struct LoadLog {
    std::vector<std::int64_t> due_ns;  ///< single- and multi-stream, offline: when it was issued.
    std::vector<std::int64_t> issued_ns;  ///< Just before issue() was called.
    std::vector<std::int64_t> done_ns;    ///< never_ns: not in time.
    [[nodiscard]] std::int64_t unfinished() const;
};

/// Runs one load. Throws Error when the server reports a query that it was not given, twice, or as
/// done before it was issued. Exceptions of `server` pass through.
LoadLog run_load(const LoadPlan& plan, Server& server, LoadClock& clock);

}  // namespace assay
