// SPDX-License-Identifier: Apache-2.0
// Measures the busy plugin as a run does (core/host, the prepared case and the loop of
// core/measure) and pairs each reading with what the plugin's log says it really took. Prints JSON
// lines: three clocks at the beginning, one line a point, the clocks at the end. tests/truth/run
// makes tables of it. Not a test: no time passes or fails.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/clock.hpp"
#include "core/host/device.hpp"
#include "core/host/plugin.hpp"
#include "core/measure/device_case.hpp"
#include "core/measure/loop.hpp"
#include "core/measure/plan.hpp"
#include "tests/truth/busy_log.hpp"
#include "tests/truth/counter.hpp"

namespace {

using namespace assay;

/// Half decades from 1 us to 1 s.
constexpr double durations_ns[] = {1e3, 3e3, 1e4, 3e4, 1e5, 3e5, 1e6, 3e6, 1e7, 3e7, 1e8, 3e8, 1e9};
constexpr int fewest_readings = 5, most_readings = 300;
/// The longest log needed: 300 readings of 2 ms at 1 us a call, and as much again for warm-up.
constexpr off_t log_bytes = (1L << 21) * 8;

/// Memory with a name that the plugin, in this process too, can open.
std::string log_in_memory() {
    const int file = memfd_create("busy log", 0);
    if (file < 0 || ftruncate(file, log_bytes) != 0) throw std::runtime_error("no memory file");
    return fmt::format("/proc/self/fd/{}", file);
}

struct Pairs {
    std::vector<double> measured_ns;        ///< One batch each.
    std::vector<std::uint64_t> true_ticks;  ///< Of the same batches: the sum of their calls.
};

/// One turn, each of its readings beside the calls that it was made of.
void take_turn(DeviceCase& on_device, const TurnPlan& plan, truth::BusyLog& log, Pairs& pairs) {
    log.clear();
    const Turn turn = run_turn(on_device, plan);
    const auto batch = static_cast<std::size_t>(plan.invocations);
    if (log.calls() != turn.readings.size() * batch)
        throw std::runtime_error("the log has another number of calls than the turn");
    for (std::size_t i = 0; i < turn.readings.size(); ++i) {
        std::uint64_t sum = 0;
        for (std::size_t call = i * batch; call < (i + 1) * batch; ++call) sum += log[call];
        pairs.measured_ns.push_back(turn.readings[i].ns);
        pairs.true_ticks.push_back(sum);
    }
}

Gemm tiny() {
    Gemm gemm;
    gemm.m = gemm.n = gemm.k = 4;
    gemm.a = gemm.b = gemm.d = Dtype::f32;
    return gemm;
}

void print_point(double nominal_ns, Measure measure, const TurnPlan& plan, const Pairs& pairs) {
    fmt::print(
        "{{\"nominal_ns\": {}, \"measure\": \"{}\", \"invocations\": {}, "
        "\"measured_ns\": [{}], \"true_ticks\": [{}]}}\n",
        nominal_ns, name(measure), plan.invocations, fmt::join(pairs.measured_ns, ", "),
        fmt::join(pairs.true_ticks, ", "));
    std::fflush(stdout);
}

/// As many readings as fit into `seconds`, in the batches and turns of a default run.
void measure_point(const Device& device, truth::BusyLog& log, double nominal_ns, Measure measure,
                   double seconds) {
    Protocol protocol;
    protocol.measure = measure;
    DeviceCase on_device({.workload = tiny(), .protocol = protocol}, Rotation{}, device);
    if (const Check check = on_device.check_fresh(1); !check.passed)
        throw std::runtime_error("the busy plugin is wrong: " + check.reason);
    TurnPlan plan = plan_turn(nominal_ns * 1e-9, measure, Profile{});
    const double reading_s = nominal_ns * 1e-9 * static_cast<double>(plan.invocations);
    const int wanted = static_cast<int>(
        std::clamp(seconds / reading_s, 1.0 * fewest_readings, 1.0 * most_readings));
    Pairs warm_up, pairs;
    take_turn(on_device, {.readings = 1, .invocations = plan.invocations}, log, warm_up);
    for (int left = wanted; left > 0; left -= plan.readings) {
        plan.readings = std::min(plan.readings, left);
        take_turn(on_device, plan, log, pairs);
    }
    print_point(nominal_ns, measure, plan, pairs);
}

/// What one reading of a clock takes: the shortest of ten means over 10,000 calls.
template <class Clock>
double call_ns(Clock&& clock) {
    constexpr int calls = 10'000;
    double shortest = 1e9;
    for (int i = 0; i < 10; ++i) {
        const std::uint64_t begin = now_ns();
        for (int call = 0; call < calls; ++call) clock();
        shortest = std::min(shortest, static_cast<double>(now_ns() - begin) / calls);
    }
    return shortest;
}

/// What one reading of Assay's clock takes right after 10 ms in which nobody touched it, 30 times:
/// what a long call adds to an overhead that is called constant.
void print_cold_clock(double ticks_per_ns) {
    const auto untouched = static_cast<std::uint64_t>(10e6 * ticks_per_ns);
    std::vector<double> took_ns;
    for (int i = 0; i < 30; ++i) {
        const std::uint64_t begin = truth::ticks();
        std::uint64_t before = begin;
        while (before - begin < untouched) before = truth::ticks();
        now_ns();
        took_ns.push_back(static_cast<double>(truth::ticks() - before) / ticks_per_ns);
    }
    fmt::print("{{\"cold_clock_ns\": [{}]}}\n", fmt::join(took_ns, ", "));
}

truth::Anchor print_anchor(const char* when) {
    const truth::Anchor now = truth::anchor();
    fmt::print(
        "{{\"anchor\": \"{}\", \"counter\": \"{}\", \"ticks\": {}, \"raw_ns\": {}, "
        "\"monotonic_ns\": {}, \"clock_call_ns\": {}, \"counter_call_ns\": {}}}\n",
        when, truth::counter_name, now.ticks, now.raw_ns, now.monotonic_ns, call_ns(now_ns),
        call_ns(truth::ticks));
    return now;
}

void measure_all(double seconds, double longest_ns) {
    const std::string path = log_in_memory();
    truth::BusyLog log(path);
    const Plugin plugin = Plugin::load(ASSAY_BUSY_PLUGIN);
    for (const double nominal_ns : durations_ns) {
        if (nominal_ns > longest_ns) break;
        const Device device =
            plugin.open(0, {{"busy_ns", fmt::format("{}", nominal_ns)}, {"log", path}});
        for (const Measure measure : {Measure::latency, Measure::throughput})
            measure_point(device, log, nominal_ns, measure, seconds);
    }
}

}  // namespace

int main(int argc, char** argv) try {
    const double seconds = argc > 1 ? std::atof(argv[1]) : 2;
    const double longest_ns = argc > 2 ? std::atof(argv[2]) : 1e9;
    if (!(seconds > 0) || longest_ns < durations_ns[0])
        throw std::runtime_error("usage: time_truth [SECONDS_A_POINT [LONGEST_NS]]");
    const truth::Anchor begin = print_anchor("begin");
    measure_all(seconds, longest_ns);
    const truth::Anchor end = print_anchor("end");
    print_cold_clock(truth::ticks_per_ns(begin, end));
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "time_truth: %s\n", error.what());
    return 1;
}
