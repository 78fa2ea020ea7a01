// SPDX-License-Identifier: Apache-2.0
// How many queries it takes to be sure that a latency bound holds: MLPerf Inference's early
// stopping (inference_rules.adoc, appendix "Early Stopping Criterion"; loadgen/early_stopping.cc).
// It takes queries as independent; overlatency.hpp is for those that are not.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace assay {

/// "With `confidence`, at least `percentile` (less `tolerance`) of all queries are within the
/// bound." 0 < percentile - tolerance < 1, 0 < confidence < 1.
struct TailRule {
    double percentile = 0.99;
    double tolerance = 0;      ///< MLPerf: 0.
    double confidence = 0.99;  ///< MLPerf: 0.99.
};

/// P(at most `over` of `queries` beyond the bound) of a system that just fails the rule:
/// I_{p-d}(queries - over, over + 1); 1 when over >= queries.
double luck(std::int64_t queries, std::int64_t over, const TailRule& rule);

/// Whether `queries` of which `over` were beyond the bound prove the rule: luck <= 1 - confidence.
bool proves_met(std::int64_t queries, std::int64_t over, const TailRule& rule);

/// The least number of queries that prove the rule although `over` of them, >= 0, were beyond:
/// MLPerf's h(t) + t. At 0.99: 459, 662, 838 … for 0, 1, 2 …
std::int64_t queries_needed(std::int64_t over, const TailRule& rule);

/// The largest number beyond the bound with which `queries` still prove the rule; -1 when they are
/// too few even for none.
std::int64_t most_over(std::int64_t queries, const TailRule& rule);

/// The number of queries for a margin of (1 - p) / 20 at the rule's confidence, whatever is seen:
/// MLPerf's fixed table before early stopping, 23,886 at 0.9 and 262,742 at 0.99.
std::int64_t fixed_queries(const TailRule& rule);

/// A latency that `percentile` of all queries keep, with `confidence`: what MLPerf reports for
/// single-stream and multi-stream.
struct TailEstimate {
    double value = 0;            ///< Unit of the latencies; only if available().
    std::int64_t queries = 0;    ///< As many as were given.
    std::int64_t discarded = 0;  ///< Slower ones; MLPerf's t - 1.
    std::int64_t needed = 0;     ///< The least number that gives a value: h(1) + 1.
    [[nodiscard]] bool available() const { return queries >= needed; }
};

/// The largest latency after the t - 1 slowest are discarded, t = most_over(queries) >= 1.
TailEstimate tail_estimate(std::span<const double> latencies, const TailRule& rule);

/// What a table prints, given the number in words: "12.3 ms", "n/a (n=250 < 662)".
std::string tail_text(const TailEstimate& estimate, std::string_view number);

}  // namespace assay
