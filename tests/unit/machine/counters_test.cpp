// SPDX-License-Identifier: Apache-2.0
// Counters: the columns of /proc/stat and differences that cannot wrap.
#include <catch2/catch.hpp>
#include <unistd.h>

#include "core/machine/parts.hpp"

using namespace assay;

TEST_CASE("busy and stolen time come from the right columns of /proc/stat", "[machine][counters]") {
    Counters counters;
    read_machine_time("cpu  1 2 4 1000 2000 8 16 32 64 128\ncpu0 9 9 9 9 9 9 9 9 9 9\n", counters);
    const std::uint64_t tick_ns = 1'000'000'000U / static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
    CHECK(counters.machine_busy_ns == 31 * tick_ns);  // user nice system irq softirq
    CHECK(counters.machine_steal_ns == 32 * tick_ns);
}

TEST_CASE("what is no /proc/stat counts nothing", "[machine][counters]") {
    for (const char* text : {"", "cpu", "intr 5", "cpu x"}) {
        Counters counters;
        read_machine_time(text, counters);
        CHECK(counters.machine_busy_ns == 0);
    }
}

TEST_CASE("work of this process shows in its counters", "[machine][counters]") {
    const Counters before = read_counters();
    volatile double sum = 0;
    Counters spent;
    while (spent.cpu_ns == 0) {  // ends as soon as the kernel has counted something
        for (int i = 0; i < 100'000; ++i) sum = sum + i;
        spent = read_counters() - before;
    }
    CHECK(spent.cpu_ns > 0);
    CHECK(read_counters().minor_faults > 0);
}

TEST_CASE("a counter that steps back differs by nothing", "[machine][counters]") {
    Counters early, late;
    early.machine_steal_ns = 10;
    late.machine_steal_ns = 4;
    early.minor_faults = 3;
    late.minor_faults = 8;
    const Counters spent = late - early;
    CHECK(spent.machine_steal_ns == 0);
    CHECK(spent.minor_faults == 5);
}
