// SPDX-License-Identifier: Apache-2.0
// Energy counters that work, and every way in which one does not.
#include "core/stat/energy_counter.hpp"

#include <catch2/catch.hpp>

namespace assay {
namespace {

constexpr CounterNature rapl{.range_j = 1000, .period_s = 0.001};

TEST_CASE("energy is what the counter grew by, in all windows", "[stat]") {
    EnergyCounter counter(rapl);
    counter.add(100, 115, 0.15);
    counter.add(200, 205, 0.05);  // what it counted between the windows is not ours
    CHECK(counter.fault().empty());
    CHECK(counter.joules() == Approx(20));
    CHECK(counter.seconds() == Approx(0.2));
    CHECK(counter.windows() == 2);
}

TEST_CASE("a counter that starts again counts on", "[stat]") {
    EnergyCounter counter(rapl);
    counter.add(990, 5, 0.15);
    CHECK(counter.fault().empty());
    CHECK(counter.joules() == Approx(15));
}

TEST_CASE("a counter that was reset is no energy", "[stat]") {
    EnergyCounter known(rapl), unknown({.range_j = 0, .period_s = 0.001});
    // 500 -> 0 would be 500 J on the way round: 100 kW in 5 ms
    known.add(500, 0, 0.005);
    CHECK_THAT(known.fault(), Catch::Contains("jumped by 500 J in 0.005 s"));
    unknown.add(500, 0, 1);
    CHECK_THAT(unknown.fault(), Catch::Contains("went back by 500 J: it was reset"));
}

TEST_CASE("a counter that jumps is no energy", "[stat]") {
    EnergyCounter counter(rapl);
    counter.add(0, 15, 0.15);
    counter.add(15, 900, 0.01);
    counter.add(900, 915, 0.15);
    CHECK_THAT(counter.fault(), Catch::Contains("jumped by 885 J"));
}

TEST_CASE("a counter that stands still is no energy, if it should have moved", "[stat]") {
    EnergyCounter counter(rapl), slow({.range_j = 0, .period_s = 0}), brief(rapl);
    counter.add(100, 115, 0.15);
    counter.add(115, 115, 0.15);
    CHECK_THAT(counter.fault(), Catch::Contains("stood still for 0.15 s"));
    slow.add(7, 7, 1);
    CHECK_THAT(slow.fault(), Catch::Contains("stood still for 1 s"));
    brief.add(7, 7, 0.002);  // two periods: may be
    brief.add(7, 30, 1);
    CHECK(brief.fault().empty());
}

TEST_CASE("a counter that could not be read once is no energy", "[stat]") {
    EnergyCounter counter(rapl), never(rapl);
    counter.add(0, 15, 0.15);
    counter.add({}, 15, 0.15);
    CHECK(counter.fault() == "could not be read");
    CHECK(never.fault() == "was not read");
}

TEST_CASE("windows must hold fifty periods of the counter on average", "[stat]") {
    EnergyCounter coarse({.range_j = 0, .period_s = 0.1}),
        long_enough({.range_j = 0, .period_s = 0.1});
    for (int i = 0; i < 10; ++i) coarse.add(i, i + 1, 0.15);  // edges off by 0.1 s each
    CHECK_THAT(coarse.fault(), Catch::StartsWith("changes every 0.1 s: too coarse for 10 windows"));
    long_enough.add(0, 50, 5);
    CHECK(long_enough.fault().empty());
}

}  // namespace
}  // namespace assay
