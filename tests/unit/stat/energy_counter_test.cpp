// SPDX-License-Identifier: Apache-2.0
// Energy counters that work, and every way in which one does not.
#include "core/stat/energy_counter.hpp"

#include <cmath>
#include <optional>

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

/// A counter of 300 W that changes every millisecond, read over turns of 0.15 s, with one fault.
struct Script {
    enum { none, missing, stuck, wraps, resets, jumps } fault = none;
    int at = 0;          ///< The turn it comes in.
    double size_j = 0;   ///< Of a jump.
    double range_j = 0;  ///< Of a counter that starts again.
};

/// Off by so much, relative; nothing when there is no energy, and then there is a reason.
std::optional<double> error_of(const Script& script, double phase_s) {
    constexpr double watts = 300, turn_s = 0.15, between_s = 0.4, period_s = 0.001;
    constexpr int turns = 12;
    EnergyCounter counter({.range_j = script.range_j, .period_s = period_s});
    const auto shown = [&](double at_s, int turn, bool after) -> std::optional<double> {
        const bool hit = turn > script.at || (turn == script.at && after);
        if (script.fault == Script::missing && turn == script.at && after) return {};
        if (script.fault == Script::stuck && hit) at_s = script.at * (turn_s + between_s);
        double joules = std::floor(at_s / period_s) * period_s * watts + 1000;
        if (script.fault == Script::jumps && hit) joules += script.size_j;
        if (script.fault == Script::resets && hit) joules -= script.at * 165 + 1020;
        if (script.range_j > 0) joules = std::fmod(joules, script.range_j);
        return joules;
    };
    for (int turn = 0; turn < turns; ++turn) {
        const double begin_s = turn * (turn_s + between_s) + phase_s;
        counter.add(shown(begin_s, turn, false), shown(begin_s + turn_s, turn, true), turn_s);
    }
    if (!counter.fault().empty()) return {};
    return counter.joules() / (watts * turn_s * turns) - 1;
}

TEST_CASE("with any fault energy is right within its bound, or there is none", "[stat]") {
    constexpr double bound = 0.02, half_a_window_j = 0.5 * 300 * 0.15;
    for (const double phase_s : {0.0, 0.00031, 0.00099}) {
        for (int at = 0; at < 12; ++at) {
            INFO("turn " << at << ", phase " << phase_s);
            CHECK(std::abs(error_of({}, phase_s).value()) <= bound);
            // Counting on after it began again is right; losing count is none.
            const double range_j = at * 165 + 1020;
            CHECK(std::abs(error_of({Script::wraps, at, 0, range_j}, phase_s).value()) <= bound);
            CHECK_FALSE(error_of({Script::missing, at}, phase_s));
            CHECK_FALSE(error_of({Script::stuck, at}, phase_s));
            CHECK_FALSE(error_of({Script::resets, at}, phase_s));
            for (const double size_j : {1.0, 5.0, 12.0, 23.0, 50.0, 500.0, 2500.0, 1e6}) {
                const auto error = error_of({Script::jumps, at, size_j}, phase_s);
                INFO("a jump of " << size_j << " J");
                // Less than half of what a window holds is not seen: 1/24 of twelve windows.
                if (error) CHECK(*error <= std::max(bound, half_a_window_j / (300 * 0.15 * 12)));
                CHECK(error.has_value() == (size_j < half_a_window_j));
            }
        }
    }
}

}  // namespace
}  // namespace assay
