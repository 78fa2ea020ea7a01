// SPDX-License-Identifier: Apache-2.0
// What the probe says of a comparison: the other estimate, the cycles, and rows that forbid a
// verdict. Made-up runs of one case with round numbers.
#include "core/compare/second_opinion.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/result/made_up.hpp"

namespace assay {
namespace {

constexpr int passes = 8;

/// Eight passes around `seconds`, ± 0.1 %; the probe's work and chain take `slower` and `clock`
/// times what they take at best (the first turn of each pass is undisturbed).
Run probed_run(double seconds, double slower, double clock) {
    Run run;
    run.header = made_up::header(passes);
    run.header.profile.min_readings = 30;
    for (int pass = 0; pass < passes; ++pass) {
        const double spread = 1 + 1e-3 * (pass % 3 - 1);
        CaseRecord record = made_up::measured(0, pass, made_up::gemm(512), seconds * spread);
        SampleRecord& sample = *record.sample;
        sample.invocations = 1;
        sample.turns = {4, 36};
        sample.readings_ns.assign(4, seconds * spread / slower * 1e9);
        sample.readings_ns.insert(sample.readings_ns.end(), 36, seconds * spread * 1e9);
        // One reading apart in each pass: passes of a real clock are never copies of each other.
        sample.readings_ns.back() *= 1 + 1e-6 * (pass + 1);
        sample.probe = ProbeRecord{
            "avx2", 1, {1e5, 1e5 * slower}, {1e5, 1e5 * slower}, {5e4 * clock, 5e4 * clock}, 0.001};
        run.records.push_back(record);
    }
    return run;
}

ComparisonReport compared(const Run& baseline, const Run& candidate, bool normalised = false) {
    CompareOptions options;
    options.session_sd = 0;
    options.normalised = normalised;
    return compare({&baseline, 0}, {&candidate, 0}, options);
}

TEST_CASE("what a neighbour adds is a difference of raw times, not of normalised ones",
          "[compare][probe]") {
    const Run quiet = probed_run(1e-3, 1, 1);
    Run disturbed = probed_run(1.25e-3, 1.25, 1);
    disturbed.header.run_id = "another";
    const Comparison raw = compared(quiet, disturbed).cases.at(0);
    CHECK(raw.verdict == Verdict::slower);
    REQUIRE(raw.other.has_value());
    CHECK(raw.other->ratio == Approx(1).epsilon(1e-3));
    const Comparison normalised = compared(quiet, disturbed, true).cases.at(0);
    CHECK(normalised.verdict == Verdict::equivalent);
    CHECK(normalised.other->ratio == Approx(raw.difference.ratio).epsilon(1e-9));
}

TEST_CASE("a slower clock is named: time differs, cycles do not", "[compare][probe]") {
    const Run fast = probed_run(1e-3, 1, 1);
    Run slow = probed_run(1.1e-3, 1, 1.1);
    slow.header.run_id = "another";
    const Comparison found = compared(fast, slow).cases.at(0);
    CHECK(found.verdict == Verdict::slower);
    REQUIRE(found.cycle_ratio.has_value());
    CHECK(*found.cycle_ratio == Approx(1).epsilon(1e-3));
    CHECK(found.remark.find("time differs, cycles do not") == 0);
}

TEST_CASE("cycles of different processors are not compared", "[compare][probe]") {
    const Run one = probed_run(1e-3, 1, 1);
    Run other = probed_run(1.1e-3, 1, 1.1);
    other.header.run_id = "another";
    other.header.machine.cpu_model = "Another CPU";
    CHECK_FALSE(compared(one, other).cases.at(0).cycle_ratio.has_value());
    CHECK(compared(one, other).cases.at(0).remark.empty());
}

TEST_CASE("a drifting row has its ratio but no verdict", "[compare][probe]") {
    const Run steady = probed_run(1e-3, 1, 1);
    Run drifting = probed_run(2e-3, 1, 1);
    drifting.header.run_id = "another";
    for (CaseRecord& record : drifting.records) {
        double factor = 1;
        for (double& reading : record.sample->readings_ns) reading *= factor += 0.001;
    }
    const Comparison found = compared(steady, drifting).cases.at(0);
    CHECK(found.verdict == Verdict::cant_tell);
    CHECK(found.reason.find("in the candidate") != std::string::npos);
    CHECK(found.difference.ratio > 1.9);
}

}  // namespace
}  // namespace assay
