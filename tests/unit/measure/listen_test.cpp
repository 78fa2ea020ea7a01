// SPDX-License-Identifier: Apache-2.0
// Listening to the machine that the tests run on. How quiet that is, is not asked here.
#include "core/measure/listen.hpp"

#include <catch2/catch.hpp>
#include <sched.h>

using namespace assay;

TEST_CASE("listening visits each CPU once and gives them all back", "[measure][listen]") {
    cpu_set_t before, after;
    REQUIRE(sched_getaffinity(0, sizeof before, &before) == 0);
    const Quiet quiet = listen(0.05);
    REQUIRE(sched_getaffinity(0, sizeof after, &after) == 0);
    CHECK(CPU_EQUAL(&before, &after));
    CHECK(quiet.spins.size() == static_cast<std::size_t>(CPU_COUNT(&before)));
    for (const SpinRecord& spin : quiet.spins) {
        CHECK(CPU_ISSET(static_cast<unsigned>(spin.cpu), &before));
        CHECK(spin.loops >= 40);
        CHECK(spin.median_ns > 0);
        CHECK(spin.p99_ns >= spin.median_ns);
        CHECK(spin.lost_fraction >= 0);
        CHECK(spin.lost_fraction < 1);
    }
}

TEST_CASE("the clock and the counters are heard too", "[measure][listen]") {
    const Quiet quiet = listen(0.05);
    CHECK(quiet.seconds >= 0.05);
    CHECK(quiet.clock_call_ns > 0);
    CHECK(quiet.clock_step_ns > 0);
    CHECK(quiet.steal_fraction >= 0);
    CHECK(quiet.other_busy_fraction >= 0);
}

TEST_CASE("listening stops when it is asked to", "[measure][listen]") {
    CHECK(listen(60, [] { return true; }).spins.empty());
}
