// SPDX-License-Identifier: Apache-2.0
// The slow-down that the probe saw is taken out of the readings; made-up runs with round numbers.
#include "core/result/probes.hpp"

#include <catch2/catch.hpp>

#include "core/result/summary.hpp"
#include "tests/unit/result/made_up.hpp"

namespace assay {
namespace {

/// Two turns of 20 readings; the probe of the second is slower by `factor`, and so are its
/// readings.
CaseRecord disturbed(int pass, double seconds, double factor) {
    CaseRecord record = made_up::measured(0, pass, made_up::gemm(512), seconds);
    SampleRecord& sample = *record.sample;
    sample.invocations = 1;
    sample.turns = {20, 20};
    sample.readings_ns.assign(20, seconds * 1e9);
    sample.readings_ns.insert(sample.readings_ns.end(), 20, seconds * 1e9 * factor);
    sample.probe =
        ProbeRecord{"avx2", 2, {1e5, 1e5 * factor}, {1e5, 1e5 * factor}, {5e4, 5e4}, 0.001};
    return record;
}

Run disturbed_run(int passes, double factor) {
    Run run;
    run.header = made_up::header(passes);
    for (int pass = 0; pass < passes; ++pass) {
        run.records.push_back(disturbed(pass, 1e-3, factor));
    }
    return run;
}

TEST_CASE("the undisturbed probe of a subject is the fastest twentieth of all",
          "[result][probes]") {
    const Run run = disturbed_run(10, 1.5);
    const auto references = probe_references(run);
    REQUIRE(references.size() == 1);
    REQUIRE(references[0].has_value());
    CHECK(references[0]->work_ns == 1e5);
    CHECK(references[0]->chain_ns == 5e4);
    CHECK(slow_downs(*run.records[0].sample, *references[0]) == std::vector<double>{1, 1.5});
}

TEST_CASE("readings are divided by the slow-down of their own turn", "[result][probes]") {
    const Run run = disturbed_run(2, 1.25);
    const auto references = probe_references(run);
    const std::vector<double> readings =
        normalised_readings(*run.records[0].sample, *references[0], 10);
    REQUIRE(readings.size() == 30);  // 40 less the first 10
    for (const double reading : readings) CHECK(reading == Approx(1e6).epsilon(1e-12));
}

TEST_CASE("a run on a quiet machine has the same estimate twice", "[result][probes]") {
    const Run run = disturbed_run(5, 1);
    const CaseSummary summary = summarise(run).at(0);
    REQUIRE(summary.normalised.has_value());
    CHECK(summary.normalised->center == Approx(summary.time.center).epsilon(1e-12));
    CHECK(summary.condition() == Condition::valid);
}

TEST_CASE("probes of another kind or number of threads are not mixed", "[result][probes]") {
    Run run = disturbed_run(3, 1.5);
    run.records[2].sample->probe->threads = 1;
    const auto references = probe_references(run);
    CHECK(normalised_readings(*run.records[2].sample, *references[0], 0).empty());
    // One pass without: no normalised estimate at all, and the raw one stands.
    const CaseSummary summary = summarise(run).at(0);
    CHECK_FALSE(summary.normalised.has_value());
    CHECK(summary.pass_medians.size() == 3);
}

TEST_CASE("a run without probes has no normalised estimate", "[result][probes]") {
    const Run run = made_up::run(3);
    CHECK_FALSE(probe_references(run).at(0).has_value());
    CHECK_FALSE(summarise(run).at(0).normalised.has_value());
}

}  // namespace
}  // namespace assay
