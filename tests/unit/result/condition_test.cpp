// SPDX-License-Identifier: Apache-2.0
// What stands against a row: each condition by a made-up run that differs by that alone.
#include "core/result/condition.hpp"

#include <catch2/catch.hpp>

#include "core/result/summary.hpp"
#include "tests/unit/result/made_up.hpp"

namespace assay {
namespace {

constexpr int passes = 6;

/// 60 readings of 1 ms in four turns with a spread of ± 0.1 %, and undisturbed probes.
CaseRecord quiet_record(int pass) {
    CaseRecord record = made_up::measured(0, pass, made_up::gemm(512), 1e-3);
    SampleRecord& sample = *record.sample;
    sample.invocations = 1;
    sample.turns = {15, 15, 15, 15};
    sample.readings_ns.clear();
    for (int i = 0; i < 60; ++i) sample.readings_ns.push_back(1e6 * (1 + 1e-3 * ((i * 7) % 5 - 2)));
    const std::vector<double> work(4, 1e5), chain(4, 5e4);
    sample.probe = ProbeRecord{"avx2", 2, work, work, chain, 0.001};
    return record;
}

template <class Change>
CaseSummary changed(Change change) {
    Run run;
    run.header = made_up::header(passes);
    run.header.profile.min_readings = 30;
    for (int pass = 0; pass < passes; ++pass) {
        run.records.push_back(quiet_record(pass));
        change(run.records.back());
    }
    static std::vector<Run> kept;  // a summary points into its run
    kept.push_back(std::move(run));
    return summarise(kept.back()).at(0);
}

TEST_CASE("a quiet row is valid", "[result][condition]") {
    const CaseSummary summary = changed([](CaseRecord&) {});
    CHECK(summary.condition() == Condition::valid);
    CHECK(summary.doubts.empty());
}

TEST_CASE("a row that slows down in every pass is drifting", "[result][condition]") {
    const CaseSummary summary = changed([](CaseRecord& record) {
        double factor = 1;
        for (double& reading : record.sample->readings_ns) reading *= factor += 0.0005;
    });
    REQUIRE_FALSE(summary.doubts.empty());
    CHECK(forbids_verdict(summary.condition()));
}

TEST_CASE("one drifting pass of six is no drifting row", "[result][condition]") {
    const CaseSummary summary = changed([](CaseRecord& record) {
        if (record.pass != 3) return;
        double factor = 1;
        for (double& reading : record.sample->readings_ns) reading *= factor += 0.0005;
    });
    CHECK_FALSE(forbids_verdict(summary.condition()));
}

TEST_CASE("a clock below its best in every second turn is throttled", "[result][condition]") {
    const CaseSummary summary = changed([](CaseRecord& record) {
        record.sample->probe->chain_ns = {5e4, 6e4, 5e4, 6e4};
    });
    REQUIRE(summary.condition() == Condition::throttled);
    // 5/6 of the best clock: 17 % below it
    CHECK(summary.doubts[0].reason ==
          "the core's clock was 17 % below its best in 50 % of the turns");
}

TEST_CASE("a slow probe, stolen time and switches each make a row disturbed",
          "[result][condition]") {
    const CaseSummary slow = changed([](CaseRecord& record) {
        record.sample->probe->after_ns = {1e5, 1.8e5, 1e5, 1.8e5};
    });
    REQUIRE(slow.condition() == Condition::disturbed);
    CHECK(slow.doubts[0].reason ==
          "the probe ran 40 % slower than undisturbed in 50 % of the turns");

    const CaseSummary stolen =
        changed([](CaseRecord& record) { record.counters.machine_steal_ns = 10'000'000; });
    // 6 x 10 ms of 6 x 60 ms on 4 CPUs
    REQUIRE(stolen.condition() == Condition::disturbed);
    CHECK(stolen.doubts[0].reason == "4.2 % of the CPU time was stolen by other virtual machines");

    const CaseSummary switched =
        changed([](CaseRecord& record) { record.counters.involuntary_switches = 12; });
    REQUIRE(switched.condition() == Condition::disturbed);
    CHECK(switched.doubts[0].reason == "other programs took the CPU 200 times a second");
}

TEST_CASE("an interval wider than the margin is noisy, with the passes that would do",
          "[result][condition]") {
    const CaseSummary summary = changed([](CaseRecord& record) {
        for (double& reading : record.sample->readings_ns)
            reading *= record.pass % 2 == 0 ? 1 : 1.2;
    });
    REQUIRE(summary.condition() == Condition::noisy);
    CHECK(summary.doubts[0].remedy.find("passes would do: --passes") != std::string::npos);
}

TEST_CASE("where no number of passes would do, a quieter machine is asked for",
          "[result][condition]") {
    const CaseSummary summary = changed([](CaseRecord& record) {
        for (double& reading : record.sample->readings_ns) reading *= record.pass % 2 == 0 ? 1 : 50;
    });
    REQUIRE(summary.condition() == Condition::noisy);
    CHECK(summary.doubts[0].reason == "the interval is wider than ±100 %, the margin 2 %");
    CHECK(summary.doubts[0].remedy.find("quieter") != std::string::npos);
}

TEST_CASE("fewer readings than the profile wants are said", "[result][condition]") {
    const CaseSummary summary = changed([](CaseRecord& record) {
        record.sample->readings_ns.resize(10);
        record.sample->turns = {10};
        for (auto* each : {&record.sample->probe->before_ns, &record.sample->probe->after_ns,
                           &record.sample->probe->chain_ns}) {
            each->resize(1);
        }
    });
    CHECK(summary.condition() == Condition::few_readings);
}

}  // namespace
}  // namespace assay
