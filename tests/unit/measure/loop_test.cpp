// SPDX-License-Identifier: Apache-2.0
// Google Benchmark as the loop engine: its counts are our invocations, its time our readings.
#include "core/measure/loop.hpp"

#include <stdexcept>
#include <string>

#include <catch2/catch.hpp>

namespace {

/// Writes down every call; the i-th batch takes i + 1 microseconds.
struct Scripted : assay::Timed {
    std::string calls;
    double batches = 0;
    void begin() override { calls += '('; }
    void invoke() override { calls += '.'; }
    assay::Reading end() override {
        calls += ')';
        ++batches;
        return {batches * 1000, 0};
    }
};

struct Throwing : Scripted {
    void invoke() override {
        Scripted::invoke();
        if (calls.size() > 4) throw std::runtime_error("device lost");
    }
};

}  // namespace

TEST_CASE("a turn is its batches, each between begin and end", "[measure][loop]") {
    Scripted timed;
    const assay::Turn turn = assay::run_turn(timed, {.readings = 3, .invocations = 2});
    CHECK(timed.calls == "(..)(..)(..)");
    REQUIRE(turn.readings.size() == 3);
    CHECK(turn.readings[0].ns == 1000);
    CHECK(turn.readings[2].ns == 3000);
}

TEST_CASE("Google Benchmark's iterations are the recorded invocations", "[measure][loop]") {
    for (const assay::TurnPlan plan : {assay::TurnPlan{1, 1}, {1, 1000}, {7, 13}, {100, 1}}) {
        Scripted timed;
        const assay::Turn turn = assay::run_turn(timed, plan);
        CHECK(turn.iterations == plan.readings * plan.invocations);
        CHECK(static_cast<int>(turn.readings.size()) == plan.readings);
        // 1 + 2 + … + n microseconds.
        const double sum = 1e-6 * plan.readings * (plan.readings + 1) / 2;
        CHECK(turn.benchmark_seconds == Approx(sum));
    }
}

TEST_CASE("an exception of the device passes through, and the next turn works", "[measure][loop]") {
    Throwing broken;
    CHECK_THROWS_WITH(assay::run_turn(broken, {.readings = 5, .invocations = 2}), "device lost");
    Scripted timed;
    CHECK(assay::run_turn(timed, {.readings = 2, .invocations = 1}).iterations == 2);
}
