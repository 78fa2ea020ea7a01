// SPDX-License-Identifier: Apache-2.0
// Two subjects of one run: compared by the differences within passes when they took turns.
#include <cmath>

#include <catch2/catch.hpp>

#include "core/base/random.hpp"
#include "core/compare/compare.hpp"
#include "tests/unit/result/made_up.hpp"

namespace assay {
namespace {

using made_up::gemm;
using made_up::measured;

/// Two subjects of which the second is `ratio` slower; a pass shifts both by a spread of 5 %, each
/// has its own of 0.1 %. Two cases.
Run side_by_side_run(double ratio, int passes) {
    Run run;
    run.path = "ab.jsonl";
    run.header = made_up::header(passes);
    run.header.pairing = "lockstep";
    Subject second = run.header.subjects[0];
    second.index = 1;
    second.label = "fast#2";
    run.header.subjects.push_back(second);
    Random random(7, 8);
    for (int pass = 0; pass < passes; ++pass) {
        for (int index = 0; index < 2; ++index) {
            const double of_pass = 0.05 * random.normal();
            for (int subject = 0; subject < 2; ++subject) {
                const double time =
                    1e-3 * (subject == 1 ? ratio : 1) * std::exp(of_pass + 0.001 * random.normal());
                run.records.push_back(measured(index, pass, gemm(256 << index), time));
                run.records.back().subject = subject;
            }
        }
    }
    return run;
}

CompareOptions one_percent() {
    CompareOptions options;
    options.margin = 0.01;
    return options;
}

Run apart(Run run) {
    run.header.pairing.reset();
    return run;
}

TEST_CASE("side by side a difference of 2 % is seen in a spread of 5 %", "[compare][paired]") {
    const Run run = side_by_side_run(1.02, 10);
    const ComparisonReport paired = compare({&run, 0}, {&run, 1}, one_percent());
    CHECK(paired.paired);
    CHECK(paired.count(Verdict::slower) == 2);
    REQUIRE(paired.geometric_mean);
    CHECK(paired.geometric_mean->low95 > 1.015);
    CHECK(paired.geometric_mean->high95 < 1.025);
    const Run other = apart(run);
    const ComparisonReport welch = compare({&other, 0}, {&other, 1}, one_percent());
    CHECK_FALSE(welch.paired);
    CHECK(welch.count(Verdict::cant_tell) == 2);
}

TEST_CASE("side by side two equal subjects are EQUIVALENT", "[compare][paired]") {
    const Run run = side_by_side_run(1, 10);
    const ComparisonReport report = compare({&run, 0}, {&run, 1}, one_percent());
    CHECK(report.count(Verdict::equivalent) == 2);
    CHECK_THAT(report.notes.at(0), Catch::StartsWith("measured side by side"));
}

TEST_CASE("a session sd is not added where sessions drop out", "[compare][paired]") {
    const Run run = side_by_side_run(1.02, 10);
    CompareOptions options;
    options.session_sd = 0.1;
    CHECK(compare({&run, 0}, {&run, 1}, options).session_sd == 0);
}

TEST_CASE("only passes that both sides have are paired", "[compare][paired]") {
    Run run = side_by_side_run(1.02, 10);
    // Pass 0 of the second subject is lost, and the first was a hundred times slower in it.
    std::erase_if(run.records,
                  [](const CaseRecord& each) { return each.pass == 0 && each.subject == 1; });
    for (CaseRecord& each : run.records) {
        if (each.pass != 0) continue;
        for (double& reading : each.sample->readings_ns) reading *= 100;
    }
    const ComparisonReport report = compare({&run, 0}, {&run, 1}, one_percent());
    CHECK(report.count(Verdict::slower) == 2);
    REQUIRE(report.geometric_mean);
    CHECK(report.geometric_mean->ratio == Approx(1.02).epsilon(0.003));
}

TEST_CASE("one pass in common decides nothing, and the note says so", "[compare][paired]") {
    Run run = side_by_side_run(1.02, 3);
    std::erase_if(run.records,
                  [](const CaseRecord& each) { return each.pass > 0 && each.subject == 1; });
    const ComparisonReport report = compare({&run, 0}, {&run, 1}, {});
    CHECK(report.count(Verdict::cant_tell) == 2);
    CHECK(report.cases.at(0).reason == "1 pass on both sides; 2 are the least");
}

TEST_CASE("swapped sides mirror each other", "[compare][paired]") {
    const Run run = side_by_side_run(1.02, 7);
    const ComparisonReport there = compare({&run, 0}, {&run, 1}, one_percent());
    const ComparisonReport back = compare({&run, 1}, {&run, 0}, one_percent());
    CHECK(there.count(Verdict::slower) == back.count(Verdict::faster));
    for (std::size_t i = 0; i < there.cases.size(); ++i) {
        CHECK(there.cases[i].difference.p == back.cases[i].difference.p);
        CHECK(there.cases[i].difference.low95 * back.cases[i].difference.high95 ==
              Approx(1).epsilon(1e-14));
    }
    CHECK(there.geometric_mean->p == back.geometric_mean->p);
}

TEST_CASE("a subject against itself is not paired with itself", "[compare][paired]") {
    const Run run = side_by_side_run(1.02, 5);
    CHECK_FALSE(compare({&run, 1}, {&run, 1}, {}).paired);
}

}  // namespace
}  // namespace assay
