// SPDX-License-Identifier: Apache-2.0
#include "core/measure/listen.hpp"

#include <algorithm>

#include <sched.h>

#include "core/base/clock.hpp"
#include "core/machine/machine.hpp"
#include "core/stat/sample.hpp"

namespace assay {
namespace {

constexpr int loop_steps = 40'000;       // chosen: 50 to 100 us, shorter than most interruptions
constexpr std::size_t least_loops = 40;  // chosen: a tenth of them still has a median
constexpr double least_seconds = 0.02;   // on one CPU
constexpr double whole_loop = 1.5;       // medians; beyond it the CPU was away

/// A chain of dependent operations: no width or cache of the processor shortens it.
void spin() {
    std::uint64_t x = 1;
    for (int i = 0; i < loop_steps; ++i) {
        x = x * 6364136223846793005U + 1;  // Knuth's MMIX multiplier
        asm volatile("" : "+r"(x));
    }
}

SpinRecord record_of(int cpu, const std::vector<double>& loops_ns) {
    SpinRecord record;
    record.cpu = cpu;
    record.loops = loops_ns.size();
    record.median_ns = median(loops_ns);
    record.p99_ns = quantile(loops_ns, 0.99);
    double lost = 0, all = 0;
    for (const double ns : loops_ns) {
        all += ns;
        if (ns > whole_loop * record.median_ns) lost += ns - record.median_ns;
    }
    record.lost_fraction = lost / all;
    const std::span<const double> loops(loops_ns);
    const std::size_t tenth = loops.size() / 10;
    record.drift = median(loops.last(tenth)) / median(loops.first(tenth)) - 1;
    return record;
}

SpinRecord spin_on(int cpu, double seconds) {
    const std::uint64_t begun = now_ns();
    for (int i = 0; i < 4; ++i) spin();  // the core wakes up
    std::vector<double> loops_ns;
    std::uint64_t from = now_ns();
    while (loops_ns.size() < least_loops || static_cast<double>(from - begun) < seconds * 1e9) {
        spin();
        const std::uint64_t to = now_ns();
        loops_ns.push_back(static_cast<double>(to - from));
        from = to;
    }
    return record_of(cpu, loops_ns);
}

/// The CPUs of this thread, given back when it goes.
class Cpus {
public:
    Cpus() { known_ = sched_getaffinity(0, sizeof all_, &all_) == 0; }
    ~Cpus() {
        if (known_) sched_setaffinity(0, sizeof all_, &all_);
    }
    Cpus(const Cpus&) = delete;
    Cpus& operator=(const Cpus&) = delete;

    [[nodiscard]] std::vector<int> list() const {
        std::vector<int> cpus;
        for (int cpu = 0; known_ && cpu < CPU_SETSIZE; ++cpu) {
            if (CPU_ISSET(static_cast<unsigned>(cpu), &all_)) cpus.push_back(cpu);
        }
        return cpus;
    }
    static bool go_to(int cpu) {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(static_cast<unsigned>(cpu), &one);
        return sched_setaffinity(0, sizeof one, &one) == 0;
    }

private:
    cpu_set_t all_{};
    bool known_ = false;
};

void listen_to_clock(Quiet& quiet) {
    constexpr int calls = 20'000;
    std::uint64_t least = UINT64_MAX, before = now_ns();
    const std::uint64_t begun = before;
    for (int i = 0; i < calls; ++i) {
        const std::uint64_t now = now_ns();
        if (now > before) least = std::min(least, now - before);
        before = now;
    }
    quiet.clock_call_ns = static_cast<double>(before - begun) / calls;
    quiet.clock_step_ns = least == UINT64_MAX ? 0 : static_cast<double>(least);
}

/// The kernel counts the machine's time in ticks of 10 ms: fractions are as coarse as that.
void add_counters(Quiet& quiet, const Counters& passed, std::size_t cpus) {
    const double all_ns = quiet.seconds * 1e9 * static_cast<double>(cpus);
    const double busy = static_cast<double>(passed.machine_busy_ns);
    const double own = static_cast<double>(passed.cpu_ns);
    quiet.steal_fraction = static_cast<double>(passed.machine_steal_ns) / all_ns;
    quiet.other_busy_fraction = std::max(0.0, busy - own) / all_ns;
    quiet.involuntary_switches = passed.involuntary_switches;
}

}  // namespace

Quiet listen(double seconds, const std::function<bool()>& stop) {
    Quiet quiet;
    const Cpus mine;
    const std::vector<int> cpus = mine.list();
    const Counters before = read_counters();
    const std::uint64_t begun = now_ns();
    listen_to_clock(quiet);
    const double each = std::max(least_seconds, seconds / static_cast<double>(cpus.size()));
    for (const int cpu : cpus) {
        if (stop && stop()) break;
        if (Cpus::go_to(cpu)) quiet.spins.push_back(spin_on(cpu, each));
    }
    quiet.seconds = static_cast<double>(now_ns() - begun) * 1e-9;
    add_counters(quiet, read_counters() - before, cpus.size());
    return quiet;
}

}  // namespace assay
