// SPDX-License-Identifier: Apache-2.0
// The upper percentiles of a case measured by latency: of each pass, then over passes as the median
// is. A percentile without enough readings has the reason instead. research/statistics 1.5.
#pragma once

#include <string>
#include <vector>

#include "core/result/summary.hpp"

namespace assay {

struct Tail {
    double q = 0.5;
    /// Seconds of one invocation: geometric mean over passes, 95 %. confidence 0 and center 0: n/a.
    Interval time;
    std::string
        note;  ///< "", "low n", or "n/a (n=250 < 368)": of the pass with the fewest readings.
};

/// p50, p90, p95, p99 and p99.9 of a measured case; none for one measured by throughput, whose
/// readings are means of many invocations.
std::vector<Tail> tails(const CaseSummary& summary);

/// The quantile of each pass's readings (nanoseconds, in the order taken; no pass is empty), over
/// passes.
Tail tail_over_passes(const std::vector<std::vector<double>>& passes_ns, double q);

/// "p50", "p99.9".
std::string tail_name(double q);

}  // namespace assay
