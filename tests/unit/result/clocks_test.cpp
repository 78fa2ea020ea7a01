// SPDX-License-Identifier: Apache-2.0
// Percent of a stated peak at the clock that was measured, and what held the clock back.
#include "core/result/clocks.hpp"

#include <catch2/catch.hpp>

#include "core/result/summary.hpp"
#include "tests/unit/result/made_up.hpp"

namespace assay {
namespace {

SensorRecord clock(double mean_hz, double lowest_hz, double highest_hz, double seconds = 1) {
    SensorRecord sensor{.owner = "device", .kind = "clock", .name = "sm", .scope = "chip"};
    sensor.seconds = seconds;
    sensor.mean_hz = mean_hz;
    sensor.lowest_hz = lowest_hz;
    sensor.highest_hz = highest_hz;
    return sensor;
}

/// 1024^3 in a millisecond, 2.147 TFLOP/s, beside a peak of 4 TFLOP/s at 2 GHz.
Run run_with(const std::vector<SensorRecord>& of_passes) {
    Run run;
    run.header = made_up::header(static_cast<int>(of_passes.size()));
    run.header.subjects[0].peaks = {
        {"matrix", Dtype::f32, Dtype::f32, "computed", 4e12, 2'000'000'000}};
    for (std::size_t pass = 0; pass < of_passes.size(); ++pass) {
        run.records.push_back(
            made_up::measured(0, static_cast<int>(pass), made_up::gemm(1024), 1e-3));
        run.records.back().sensors = {of_passes[pass]};
    }
    return run;
}

constexpr double rate = 2.147483648e12;  // 2 x 1024^3 / 1 ms

TEST_CASE("the stated peak is scaled to the clock beside the readings", "[result][clocks]") {
    // Three seconds at 1.5 GHz and one at 1.6: 1.525 on average.
    const auto rows =
        summarise(run_with({clock(1.5e9, 1.48e9, 1.52e9, 3), clock(1.6e9, 1.6e9, 1.6e9, 1)}));
    REQUIRE(rows.at(0).clock_hz);
    CHECK(*rows[0].clock_hz == Approx(1.525e9));
    CHECK(*rows[0].peak_fraction == Approx(rate / 4e12));
    CHECK(*rows[0].peak_at_clock_fraction == Approx(rate / (4e12 * 1.525 / 2)));
}

TEST_CASE("no clock, no percentage: none is guessed", "[result][clocks]") {
    SECTION("no sensor") {
        Run run = run_with({clock(1.5e9, 1.5e9, 1.5e9)});
        run.records[0].sensors.reset();
        const auto rows = summarise(run);
        CHECK(rows.at(0).peak_fraction);
        CHECK_FALSE(rows[0].clock_hz);
        CHECK_FALSE(rows[0].peak_at_clock_fraction);
    }
    SECTION("a sensor that could not be read, in one of the passes") {
        SensorRecord broken = clock(1, 1, 1);
        broken.mean_hz.reset();
        broken.fault = "could not be read";
        const auto rows = summarise(run_with({clock(1.5e9, 1.5e9, 1.5e9), broken}));
        CHECK_FALSE(rows.at(0).peak_at_clock_fraction);
        CHECK(rows[0].warnings == std::vector<std::string>{"no clock: could not be read"});
    }
    SECTION("a clock that moved") {
        const auto rows = summarise(run_with({clock(1.5e9, 1.4e9, 1.8e9)}));
        CHECK_FALSE(rows.at(0).peak_at_clock_fraction);
        CHECK(rows[0].warnings ==
              std::vector<std::string>{"no clock: it was between 1400 and 1800 MHz beside the "
                                       "readings"});
    }
    SECTION("a peak that does not say for which clock it is") {
        Run run = run_with({clock(1.5e9, 1.5e9, 1.5e9)});
        run.header.subjects[0].peaks[0].at_clock_hz = 0;
        const auto rows = summarise(run);
        CHECK(rows.at(0).clock_hz);
        CHECK_FALSE(rows[0].peak_at_clock_fraction);
    }
    SECTION("the memory's clock is not the chip's") {
        SensorRecord memory = clock(1.5e9, 1.5e9, 1.5e9);
        memory.scope = "memory";
        CHECK_FALSE(summarise(run_with({memory})).at(0).clock_hz);
    }
}

TEST_CASE("a device that says it was held back is throttled, by its own words",
          "[result][clocks]") {
    SensorRecord said{.owner = "device", .kind = "throttle", .name = "clocks", .scope = "chip"};
    said.seconds = 1;
    said.throttled_by = {"power", "thermal"};
    const auto throttled = summarise(run_with({said}));
    CHECK(throttled.at(0).condition() == Condition::throttled);
    CHECK_THAT(throttled[0].doubts.at(0).reason, Catch::Contains("power, thermal"));
    said.throttled_by = {"user clocks"};  // that is a setting
    const auto set = summarise(run_with({said}));
    for (const Doubt& each : set.at(0).doubts) {
        CHECK(each.condition != Condition::throttled);
    }
}

}  // namespace
}  // namespace assay
