// SPDX-License-Identifier: Apache-2.0
// The load that a case is put under: MLPerf Inference's scenarios and what a suite may set of them.
// Part of the protocol, so of the case's identity. Definitions: docs/scenarios.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "core/workload/workload.hpp"

namespace assay {

/// server and server-strict differ in the verdict only; generate is single-stream of a decoder that
/// answers with tokens, each of which is timed.
enum class Scenario { single_stream, multi_stream, offline, server, server_strict, generate };
std::string_view name(Scenario scenario);  ///< "single-stream", …
/// Whether queries come when they are due, and not when the one before is done.
bool is_open_loop(Scenario scenario);

/// 0 is "not set" in a suite; settled() leaves it only where it has a meaning.
struct LoadSettings {
    Scenario scenario = Scenario::single_stream;
    /// A sample is one of what the case counts (an image, a sequence), so an invocation holds
    /// `batch` of them; an operator's invocation is one sample.
    std::int64_t samples_per_query = 0;
    std::int64_t min_queries = 0;
    double min_seconds = 0;         ///< Of queries; server: of scheduled time.
    double queries_per_second = 0;  ///< server: the rate; 0: the largest one is searched.
    double bound_seconds = 0;       ///< server: of a query's latency.
    double percentile = 0;          ///< That keeps the bound, or that is reported.
    double search_seconds = 0;      ///< Of scheduled time that a search may take in a pass.

    bool operator==(const LoadSettings&) const = default;
};

template <class Self, class Visitor>
void describe(Self& load,
              Visitor&& field) requires std::is_same_v<std::remove_const_t<Self>, LoadSettings> {
    field("scenario", load.scenario);
    field("samples_per_query", load.samples_per_query);
    field("min_queries", load.min_queries);
    field("min_seconds", load.min_seconds);
    field("queries_per_second", load.queries_per_second);
    field("bound_seconds", load.bound_seconds);
    field("percentile", load.percentile);
    field("search_seconds", load.search_seconds);
}

/// How many samples an invocation holds: a model's batch, at least 1; of other work 1.
std::int64_t samples_in(const Workload& workload);

/// Whether the largest rate is asked for.
bool is_search(const LoadSettings& load);

/// With the scenario's own where nothing was set, for invocations of `batch` samples.
LoadSettings settled(LoadSettings load, std::int64_t batch);

/// "" when settled settings make a load of invocations of `batch` samples, else what is wrong and
/// what to do.
std::string invalid(const LoadSettings& load, std::int64_t batch);

/// "server 20/s within 50 ms", "offline 512 samples": what tells a case from its siblings.
std::string short_name(const LoadSettings& load);

}  // namespace assay
