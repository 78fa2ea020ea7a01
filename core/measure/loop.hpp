// SPDX-License-Identifier: Apache-2.0
// The timing loop: the one door to Google Benchmark, which drives it. One of its iterations is one
// invocation; its manual time is the sum of our readings. When to stop is not decided here.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace assay {

/// One timed batch.
struct Reading {
    double ns = 0;       ///< On the clock of the sample.
    double host_ns = 0;  ///< The host's bracket around it; 0 with a virtual clock.
};

/// What is timed. begin() and end() stand around `invocations` calls of invoke().
class Timed {
public:
    virtual ~Timed() = default;
    virtual void begin() = 0;
    virtual void invoke() = 0;
    virtual Reading end() = 0;
};

/// How many: a turn is `readings` batches of `invocations` invocations.
struct TurnPlan {
    int readings = 1;
    std::int64_t invocations = 1;
};

struct Turn {
    std::vector<Reading> readings;
    std::int64_t iterations = 0;   ///< As Google Benchmark counted them.
    double benchmark_seconds = 0;  ///< Its manual time, whole turn.
};

/// Runs one turn. Exceptions of `timed` pass through. Throws Error when Google Benchmark's own
/// count is not what was asked for.
Turn run_turn(Timed& timed, const TurnPlan& plan);

}  // namespace assay
