// SPDX-License-Identifier: Apache-2.0
// What the kernel counts: getrusage(2) for this process, /proc/stat (proc(5)) for the machine.
#include <array>
#include <cstdlib>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include "core/machine/parts.hpp"

namespace assay {
namespace {

std::uint64_t nanoseconds(const timeval& time) {
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(time.tv_usec) * 1'000U;
}

}  // namespace

void read_machine_time(std::string_view stat, Counters& counters) {
    if (!stat.starts_with("cpu ")) return;
    const std::string line(stat.substr(4, stat.find('\n') - 4));
    // user nice system idle iowait irq softirq steal; guest time is in user already
    std::array<std::uint64_t, 8> ticks{};
    const char* at = line.c_str();
    for (std::uint64_t& tick : ticks) {
        char* end = nullptr;
        tick = std::strtoull(at, &end, 10);
        at = end;
    }
    const auto per_second = static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
    const std::uint64_t tick_ns = 1'000'000'000U / per_second;
    counters.machine_busy_ns = (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]) * tick_ns;
    counters.machine_steal_ns = ticks[7] * tick_ns;
}

Counters read_counters() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    Counters counters;
    counters.voluntary_switches = static_cast<std::uint64_t>(usage.ru_nvcsw);
    counters.involuntary_switches = static_cast<std::uint64_t>(usage.ru_nivcsw);
    counters.minor_faults = static_cast<std::uint64_t>(usage.ru_minflt);
    counters.major_faults = static_cast<std::uint64_t>(usage.ru_majflt);
    counters.cpu_ns = nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime);
    read_machine_time(Tree("/").text("proc/stat"), counters);
    return counters;
}

Counters operator+(const Counters& first, const Counters& second) {
    std::vector<std::uint64_t> values;
    describe(first, [&](const char*, std::uint64_t value) { values.push_back(value); });
    Counters sum = second;
    auto value = values.begin();
    describe(sum, [&](const char*, std::uint64_t& into) { into += *value++; });
    return sum;
}

Counters operator-(const Counters& later, const Counters& earlier) {
    // Steal time may step back after a live migration: then nothing is known to have passed.
    const auto since = [](std::uint64_t b, std::uint64_t a) { return b > a ? b - a : 0; };
    return {since(later.voluntary_switches, earlier.voluntary_switches),
            since(later.involuntary_switches, earlier.involuntary_switches),
            since(later.minor_faults, earlier.minor_faults),
            since(later.major_faults, earlier.major_faults),
            since(later.cpu_ns, earlier.cpu_ns),
            since(later.machine_busy_ns, earlier.machine_busy_ns),
            since(later.machine_steal_ns, earlier.machine_steal_ns)};
}

}  // namespace assay
