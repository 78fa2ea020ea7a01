// SPDX-License-Identifier: Apache-2.0
// Energy and temperatures of made-up runs.
#include "core/result/energy.hpp"

#include <catch2/catch.hpp>

#include "core/result/summary.hpp"
#include "tests/unit/result/made_up.hpp"

namespace assay {
namespace {

SensorRecord counter(const char* owner, const char* name, const char* scope, double joules) {
    return {.owner = owner,
            .kind = "energy",
            .name = name,
            .scope = scope,
            .source = "powercap",
            .seconds = 0.5,
            .joules = joules};
}

/// Three readings of ten invocations in half a second, with those sensors.
CaseRecord with(int pass, std::vector<SensorRecord> sensors) {
    CaseRecord record = made_up::measured(0, pass, made_up::gemm(100), 1e-2);
    record.sensors = std::move(sensors);
    return record;
}

CaseSummary summary_of(std::vector<CaseRecord> records) {
    Run run;
    run.header = made_up::header(static_cast<int>(records.size()));
    run.records = std::move(records);
    return summarise(run).at(0);
}

TEST_CASE("the host's packages and memories add up over passes", "[result]") {
    const CaseSummary row = summary_of({with(0, {counter("host", "package-0", "package", 30),
                                                 counter("host", "dram 0:1", "memory", 5)}),
                                        with(1, {counter("host", "package-0", "package", 40),
                                                 counter("host", "dram 0:1", "memory", 5)})});
    REQUIRE(row.energy);
    // 80 J in one second, of 2 x 30 invocations
    CHECK(row.energy->watts == Approx(80));
    CHECK(row.energy->joules_per_invocation == Approx(80.0 / 60));
    CHECK(row.energy->sensors == "powercap package-0, powercap dram 0:1");
}

TEST_CASE("idle power is that of the counters that count, all of them", "[result]") {
    SensorRecord package = counter("host", "package-0", "package", 30);
    SensorRecord memory = counter("host", "dram 0:1", "memory", 5);
    package.idle_watts = 12;
    CHECK_FALSE(summary_of({with(0, {package, memory})}).energy->idle_watts);
    memory.idle_watts = 3;
    const CaseSummary row = summary_of(
        {with(0, {package, memory}), with(1, {counter("host", "package-0", "package", 30),
                                              counter("host", "dram 0:1", "memory", 5)})});
    CHECK(*row.energy->idle_watts == Approx(15));
}

TEST_CASE("a device's own counter of the widest scope wins", "[result]") {
    const CaseSummary row = summary_of(
        {with(0, {counter("device", "chip", "chip", 10), counter("device", "board", "board", 20),
                  counter("host", "package-0", "package", 99)})});
    CHECK(row.energy->watts == Approx(40));
    CHECK(row.energy->sensors == "powercap board");
}

TEST_CASE("one faulty counter is no energy, and the row says why", "[result]") {
    SensorRecord faulty = counter("host", "dram 0:1", "memory", 0);
    faulty.joules.reset();
    faulty.fault = "stood still for 0.5 s";
    const CaseSummary row =
        summary_of({with(0, {counter("host", "package-0", "package", 30), faulty})});
    CHECK_FALSE(row.energy);
    CHECK(row.warnings ==
          std::vector<std::string>{"no energy: powercap dram 0:1 stood still for 0.5 s"});
}

TEST_CASE("a pass without counters beside one with them is no energy", "[result]") {
    CaseRecord without = with(1, {});
    without.sensors.reset();
    const CaseSummary row =
        summary_of({with(0, {counter("host", "package-0", "package", 30)}), without});
    CHECK_FALSE(row.energy);
    CHECK(row.warnings.at(0) == "no energy: a pass has no counters");
}

TEST_CASE("without counters nothing is said of energy, and the highest temperature is kept",
          "[result]") {
    SensorRecord heat{.owner = "host", .kind = "temperature", .name = "Package id 0"};
    heat.lowest_celsius = 40;
    heat.highest_celsius = 61.5;
    const CaseSummary row = summary_of({with(0, {heat})});
    CHECK_FALSE(row.energy);
    CHECK(row.warnings.empty());
    CHECK(*row.celsius == 61.5);
}

}  // namespace
}  // namespace assay
