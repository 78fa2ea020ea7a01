// SPDX-License-Identifier: Apache-2.0
#include "core/measure/loop.hpp"

#include <exception>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "core/base/error.hpp"

namespace assay {
namespace {

/// Keeps what Google Benchmark reports instead of printing it.
class Listener : public benchmark::BenchmarkReporter {
public:
    bool ReportContext(const Context& /*context*/) override { return true; }
    void ReportRuns(const std::vector<Run>& runs) override {
        for (const Run& run : runs) {
            iterations += run.iterations;
            seconds += run.real_accumulated_time;
        }
    }
    std::int64_t iterations = 0;
    double seconds = 0;
};

/// The body: a batch begins before its first iteration and ends after its last.
void drive(benchmark::State& state, Timed& timed, const TurnPlan& plan, Turn& turn) {
    std::int64_t in_batch = 0;
    for ([[maybe_unused]] auto _ : state) {  // NOLINT(clang-analyzer-deadcode.DeadStores)
        if (in_batch == 0) timed.begin();
        timed.invoke();
        if (++in_batch < plan.invocations) continue;
        const Reading reading = timed.end();
        turn.readings.push_back(reading);
        state.SetIterationTime(reading.ns * 1e-9);
        in_batch = 0;
    }
}

void expect_counts(const Turn& turn, std::int64_t wanted, const TurnPlan& plan) {
    if (turn.iterations == wanted && std::ssize(turn.readings) == plan.readings) return;
    throw Error(fmt::format(
        "Google Benchmark ran {} iterations in {} batches where {} in {} were asked for",
        turn.iterations, turn.readings.size(), wanted, plan.readings));
}

}  // namespace

Turn run_turn(Timed& timed, const TurnPlan& plan) {
    Turn turn;
    turn.readings.reserve(static_cast<std::size_t>(plan.readings));
    const std::int64_t wanted = plan.readings * plan.invocations;
    std::exception_ptr failure;
    // An exception may not cross Google Benchmark's thread and timer bookkeeping.
    const auto body = [&](benchmark::State& state) {
        try {
            drive(state, timed, plan, turn);
        } catch (...) {
            failure = std::current_exception();
            state.SkipWithError("an exception ended the turn");
        }
    };
    benchmark::RegisterBenchmark("turn", body)->Iterations(wanted)->UseManualTime();
    Listener listener;
    benchmark::RunSpecifiedBenchmarks(&listener, "all");
    benchmark::ClearRegisteredBenchmarks();
    if (failure) std::rethrow_exception(failure);
    turn.iterations = listener.iterations;
    turn.benchmark_seconds = listener.seconds;
    expect_counts(turn, wanted, plan);
    return turn;
}

}  // namespace assay
