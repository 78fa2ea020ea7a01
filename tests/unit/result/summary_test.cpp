// SPDX-License-Identifier: Apache-2.0
// Summaries of made-up runs with round numbers.
#include "core/result/summary.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/result/made_up.hpp"

namespace assay {
namespace {

TEST_CASE("time is the geometric mean of pass medians, for one invocation", "[result]") {
    Run run;
    run.header = made_up::header(2);
    run.records = {made_up::measured(0, 0, made_up::gemm(512), 1e-3),
                   made_up::measured(0, 1, made_up::gemm(512), 4e-3)};
    const std::vector<CaseSummary> summaries = summarise(run);
    REQUIRE(summaries.size() == 1);
    CHECK(summaries[0].pass_medians == std::vector<double>{1e-3, 4e-3});
    CHECK(summaries[0].time.center == Approx(2e-3).epsilon(1e-12));
    // 2 * 512^3 operations in 2 ms; the stated peak is 1e12.
    CHECK(*summaries[0].rate == Approx(268435456 / 2e-3).epsilon(1e-12));
    CHECK(*summaries[0].peak_fraction == Approx(0.134217728).epsilon(1e-12));
    // Three matrices of 512 * 512 * 4 bytes.
    CHECK(*summaries[0].bandwidth == Approx(3145728 / 2e-3).epsilon(1e-12));
    CHECK(summaries[0].paths == std::vector<std::string>{"jit:avx2"});
}

TEST_CASE("summaries stand in the order of the suite, not of the passes", "[result]") {
    Run run = made_up::run(3);
    std::swap(run.records[0], run.records[8]);
    std::swap(run.records[1], run.records[5]);
    const std::vector<CaseSummary> summaries = summarise(run);
    REQUIRE(summaries.size() == 3);
    CHECK(summaries[0].id == "gemm f32 512x512x512");
    CHECK(summaries[1].id == "gemm f32 128x128x128");
    CHECK(summaries[2].outcome.state == State::skipped);
    CHECK(summaries[0].passes == std::vector<int>{0, 1, 2});
}

TEST_CASE("a case is measured when one pass was, and keeps the reasons of the others", "[result]") {
    Run run;
    run.header = made_up::header(3);
    run.records = {made_up::skipped(0, 0, made_up::gemm(64), "killed by signal 9 (Killed)"),
                   made_up::measured(0, 1, made_up::gemm(64), 1e-3)};
    run.records[0].outcome.state = State::failed;
    const CaseSummary summary = summarise(run).at(0);
    CHECK(summary.outcome.state == State::measured);
    CHECK(summary.passes == std::vector<int>{1});
    CHECK(summary.time.confidence == 0);
    CHECK(summary.records.size() == 2);
}

TEST_CASE("a pass whose check after timing fails gives no number", "[result]") {
    Run run = made_up::run(3);
    run.records[0].check_after->passed = false;
    run.records[0].check_after->reason = "stale output";
    const CaseSummary summary = summarise(run).at(0);
    CHECK(summary.passes == std::vector<int>{1, 2});
    CHECK_FALSE(summary.check->passed);
    CHECK(summary.warnings == std::vector<std::string>{
                                  "not counted: check after timing: stale output (1 of 3 passes)"});
}

TEST_CASE("a median of zero is no time", "[result]") {
    Run run = made_up::run(1);
    run.records[0].sample->readings_ns = {0, 0, 5};
    const CaseSummary summary = summarise(run).at(0);
    CHECK(summary.outcome.state == State::failed);
    CHECK_FALSE(summary.rate);
}

TEST_CASE("warnings are said once, with the passes they came in", "[result]") {
    Run run = made_up::run(3);
    run.records[0].warnings = {"no steady state", "no steady state"};
    run.records[3].warnings = {"no steady state"};
    for (const int i : {1, 4, 7}) run.records[static_cast<std::size_t>(i)].warnings = {"slow"};
    const std::vector<CaseSummary> summaries = summarise(run);
    CHECK(summaries[0].warnings == std::vector<std::string>{"no steady state (2 of 3 passes)"});
    CHECK(summaries[1].warnings == std::vector<std::string>{"slow"});
}

TEST_CASE("without a stated peak of the type there is no fraction of it", "[result]") {
    Run run = made_up::run(2);
    run.header.subjects[0].peaks[0].operand = Dtype::bf16;
    CHECK_FALSE(summarise(run).at(0).peak_fraction);
}

}  // namespace
}  // namespace assay
