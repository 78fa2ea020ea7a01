// SPDX-License-Identifier: Apache-2.0
// Group H: what makes a number a true one.
#include <algorithm>
#include <cmath>
#include <ctime>

#include <fmt/format.h>

#include "core/base/clock.hpp"
#include "core/conform/checks.hpp"
#include "core/conform/process_state.hpp"
#include "core/conform/samples.hpp"
#include "core/conform/stand.hpp"
#include "core/workload/op_cost.hpp"

namespace assay {
namespace {

/// The shortest of some runs, on the host's clock; only of devices whose time is real.
double shortest_ns(const Rig& rig, const Stand& stand) {
    double best = 1e18;
    for (int i = 0; i < 15; ++i) {
        rig.wait();
        const std::uint64_t start = now_ns();
        stand.enqueue();
        rig.wait();
        best = std::min(best, static_cast<double>(now_ns() - start));
    }
    return best;
}

/// By the device's own clock where it has a virtual one, which nothing disturbs.
double own_ns(const Rig& rig, const Stand& stand) {
    if (rig.info().timer != ASSAY_TIMER_VIRTUAL) return shortest_ns(rig, stand);
    const Event from = rig.new_event(), to = rig.new_event();
    rig.record(from);
    stand.enqueue();
    rig.record(to);
    rig.wait();
    return rig.elapsed_ns(from, to);
}

std::vector<Block> zeros_like(const std::vector<Block>& inputs) {
    std::vector<Block> zeros;
    for (const Block& each : inputs) zeros.emplace_back(each.size());
    return zeros;
}

struct LongRun {
    Stand stand;
    double ns;
};
/// A matmul that takes the device a millisecond, against which a call of the host is nothing.
LongRun long_run(const Rig& rig) {
    constexpr double least_ns = 1e6;
    for (std::int64_t size = 128;; size *= 2) {
        Stand stand(rig, offered_matmul(rig, {size, size, size}));
        const double ns = shortest_ns(rig, stand);
        if (ns >= least_ns || size >= 8192) return {std::move(stand), ns};
    }
}

double cpu_s() {
    timespec used{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

}  // namespace

std::string check_skipped_work(const Candidate& candidate) {
    const Rig rig(candidate);
    const Stand stand(rig, offered_matmul(rig, {33, 20, 41}));
    for (int i = 0; i < 20; ++i) {
        stand.require_right(fmt::format("run {} over poisoned outputs", i + 1));
        // Several at once, as a timed batch has them, the answer of the last one looked at.
        stand.poison();
        for (int j = 0; j < 5; ++j) stand.enqueue();
        rig.wait();
        const Check check = stand.judge(stand.outputs());
        require(check.passed, fmt::format("batch {}: {}", i + 1, check.reason));
    }
    return "";
}

std::string check_cached_results(const Candidate& candidate) {
    const Rig rig(candidate);
    const Op op = offered_matmul(rig, {12, 20, 28});
    Stand stand(rig, op);
    for (std::uint64_t i = 0; i < 10; ++i) {
        std::vector<Block> inputs;
        for (std::size_t j = 0; j < op.inputs.size(); ++j) {
            inputs.push_back(make_input(op, j, {Distribution::normal, rig.seed() + i, j}, {}));
        }
        stand.set_inputs(std::move(inputs));
        stand.require_right(fmt::format("inputs number {}", i + 1));
    }
    return "";
}

std::string check_value_dependence(const Candidate& candidate) {
    const Rig rig(candidate);
    if (rig.info().timer == ASSAY_TIMER_VIRTUAL) skip_check("the device's time is not real");
    Stand stand(rig, offered_matmul(rig, {192, 192, 192}));
    const double random_ns = shortest_ns(rig, stand);
    const std::vector<Block> inputs = stand.inputs();
    stand.set_inputs(zeros_like(inputs));
    const double zeros_ns = shortest_ns(rig, stand);
    constexpr double most = 2;  // chosen: power and clocks give some tens of percent
    return random_ns > most * zeros_ns
               ? fmt::format(
                     "zeros take {:.0f} us, random numbers {:.0f} us: work depends on values",
                     zeros_ns * 1e-3, random_ns * 1e-3)
               : "";
}

std::string check_peaks(const Candidate& candidate) {
    const Rig rig(candidate);
    const auto peaks = rig.guest().peaks(candidate.device);
    const Stand stand(rig, offered_matmul(rig, {256, 256, 256}));
    const auto operand = static_cast<assay_dtype>(stand.op().inputs[0].dtype);
    double best = 0;
    for (const assay_peak_rate& each : peaks) {
        if (each.operand == operand && each.structured_sparsity == 0)
            best = std::max(best, each.ops_per_s);
    }
    if (best == 0) skip_check("no peak is stated for the type of its matmul");
    const double rate = flop(stand.op()) / own_ns(rig, stand) * 1e9;
    require(rate <= 1.02 * best,
            fmt::format("a matmul reaches {:.4g} operations a second, the stated peak is {:.4g}",
                        rate, best));
    return "";
}

std::string check_left_behind(const Candidate& candidate) {
    const Surroundings before = surroundings();
    const Rig rig(candidate);
    const Stand stand(rig, offered_matmul(rig, {64, 64, 64}));
    stand.require_right("a matmul");
    const Surroundings after = surroundings();
    require(before.nice == after.nice, "the nice value of the process is another one");
    require(before.affinity == after.affinity, "the CPUs the thread may use are other ones");
    return "";
}

std::string check_host_use(const Candidate& candidate) {
    const Rig rig(candidate);
    const std::int32_t kind = rig.info().kind;
    if (kind == ASSAY_KIND_CPU || kind == ASSAY_KIND_SIMULATED) {
        skip_check("the device is the host's CPU, or none");
    }
    const LongRun run = long_run(rig);
    if (run.stand.described().level == ASSAY_SUPPORT_HOST) skip_check("it says it uses the host");
    const int times = std::clamp(static_cast<int>(3e8 / run.ns), 1, 1000);
    const double before = cpu_s();
    for (int i = 0; i < times; ++i) run.stand.enqueue();
    rig.wait();
    // Of the time that the work takes, not of that which passed: others may have had the CPU.
    const double share = (cpu_s() - before) / (times * run.ns * 1e-9);
    return share > 0.5
               ? fmt::format("the host's CPU is busy for {:.0f} % of the time of the device",
                             100 * share)
               : "";
}

}  // namespace assay
