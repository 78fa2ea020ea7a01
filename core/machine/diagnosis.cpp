// SPDX-License-Identifier: Apache-2.0
// One function a subject. Limits marked "chosen" are what changes a decision at a margin of 2 %.
#include "core/machine/diagnosis.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace assay {
namespace {

constexpr double most_clock_step_ns = 1000;  // chosen: 0.05 % of a reading of 2 ms
constexpr double most_clock_call_ns = 200;  // chosen: a vDSO call takes 20 to 60, a system call 300
constexpr double most_jitter = 0.05;        // chosen, as are those below
constexpr double most_lost = 0.01;
constexpr double most_drift = 0.01;
constexpr double most_apart = 0.03;
constexpr double most_steal = 0.005;
constexpr double most_others = 0.02;
constexpr double most_load = 0.5;

std::string percent(double fraction) {
    return fmt::format("{:.1f} %", fraction * 100);
}

/// Good when `value` is at most `limit`.
Finding at_most(const char* subject, double value, double limit, std::string found,
                const char* remedy) {
    if (value <= limit) return {subject, Health::good, std::move(found), ""};
    return {subject, Health::disturbed, std::move(found), remedy};
}

/// The kernel counts in ticks of 10 ms: two of them are no finding, however short the listening.
double least_share(const Quiet& quiet, double limit) {
    const double all_seconds = quiet.seconds * static_cast<double>(quiet.spins.size());
    return std::max(limit, 0.02 / all_seconds);
}

Finding unknown(const char* subject) {
    return {subject, Health::unknown, "the kernel does not say", ""};
}

Finding clock(const Machine& machine, const Quiet& quiet) {
    const double worst = std::max(quiet.clock_step_ns / most_clock_step_ns,
                                  quiet.clock_call_ns / most_clock_call_ns);
    const std::string& source = machine.clocksource;
    return at_most(
        "clock", worst, 1,
        fmt::format("{}, steps of {:.0f} ns, {:.0f} ns a call", source.empty() ? "unnamed" : source,
                    quiet.clock_step_ns, quiet.clock_call_ns),
        "boot with clocksource=tsc (x86), or ask why the kernel distrusts it: "
        "dmesg | grep -i clocksource");
}

/// The worst CPU of a property of its spin.
template <class Property>
const SpinRecord& worst(const Quiet& quiet, Property property) {
    return *std::ranges::max_element(
        quiet.spins, [&](const auto& a, const auto& b) { return property(a) < property(b); });
}

Finding jitter(const Quiet& quiet) {
    const auto above = [](const SpinRecord& spin) { return spin.p99_ns / spin.median_ns - 1; };
    const SpinRecord& spin = worst(quiet, above);
    return at_most("jitter", above(spin), most_jitter,
                   fmt::format("1 loop of 100 takes {} longer than the median (CPU {})",
                               percent(above(spin)), spin.cpu),
                   "look for what else runs: top -H; keep interrupts off measured CPUs: "
                   "isolcpus=, irqaffinity=");
}

Finding interruptions(const Quiet& quiet) {
    const auto lost = [](const SpinRecord& spin) { return spin.lost_fraction; };
    const SpinRecord& spin = worst(quiet, lost);
    return at_most(
        "interruptions", lost(spin), most_lost,
        fmt::format("{} of the time of CPU {} went elsewhere", percent(lost(spin)), spin.cpu),
        "stop other programs; in a virtual machine ask for dedicated CPUs");
}

Finding steadiness(const Quiet& quiet) {
    const auto drift = [](const SpinRecord& spin) { return std::abs(spin.drift); };
    const SpinRecord& spin = worst(quiet, drift);
    return at_most("steadiness", drift(spin), most_drift,
                   fmt::format("CPU {} changed its speed by {:+.1f} % while it was watched",
                               spin.cpu, spin.drift * 100),
                   "fix the clock: governor performance, turbo off; look at cooling");
}

Finding evenness(const Quiet& quiet) {
    const auto [fastest, slowest] = std::ranges::minmax_element(
        quiet.spins, {}, [](const SpinRecord& spin) { return spin.median_ns; });
    const double apart = slowest->median_ns / fastest->median_ns - 1;
    return at_most(
        "evenness", apart, most_apart,
        fmt::format("CPU {} is {} slower than CPU {}", slowest->cpu, percent(apart), fastest->cpu),
        "different kinds of cores, or one is throttled: choose with --affinity");
}

Finding governor(const Machine& machine) {
    const std::string& text = machine.governor;
    if (text.empty()) return unknown("governor");
    if (text == "performance") return {"governor", Health::good, text, ""};
    return {"governor", Health::disturbed, text, "cpupower frequency-set -g performance"};
}

Finding turbo(const Machine& machine) {
    if (machine.turbo.empty()) return unknown("turbo");
    if (machine.turbo == "off") return {"turbo", Health::good, "off", ""};
    return {"turbo", Health::note, machine.turbo,
            "the clock follows heat and company; for steady numbers: echo 1 > "
            "/sys/devices/system/cpu/intel_pstate/no_turbo"};
}

Finding threads(const Machine& machine) {
    if (machine.threads_per_core <= 0) return unknown("SMT");
    const std::string found = fmt::format("{} a core", machine.threads_per_core);
    if (machine.threads_per_core == 1) return {"SMT", Health::good, found, ""};
    return {"SMT", Health::note, found,
            "two threads share a core: --affinity with one CPU of each core"};
}

Finding hugepages(const Machine& machine) {
    const std::string& text = machine.transparent_hugepages;
    if (text.empty()) return unknown("huge pages");
    if (text != "never") return {"huge pages", Health::good, text, ""};
    return {"huge pages", Health::note, text,
            "large matrices pay for small pages: echo madvise > "
            "/sys/kernel/mm/transparent_hugepage/enabled"};
}

Finding swap(const Machine& machine) {
    if (machine.swap_bytes == 0) return {"swap", Health::good, "none", ""};
    return {"swap", Health::note, "on",
            "a page that comes from disk costs milliseconds: swapoff -a"};
}

Finding load(const Machine& machine) {
    return at_most("load", machine.load_1min, most_load,
                   fmt::format("{:.2f} in the last minute", machine.load_1min),
                   "wait, or stop what runs; the minute before may have been your own build");
}

Finding quota(const Machine& machine) {
    const std::string& text = machine.cgroup_cpu_max;
    if (text.empty() || text.starts_with("max")) {
        return {"CPU quota", Health::good, "none", ""};
    }
    return {
        "CPU quota", Health::disturbed, text + " us",
        "the container is stopped when its share of a period is used up: run without a CPU limit"};
}

Finding cpus(const Machine& machine) {
    const std::string found =
        fmt::format("{} of {} CPUs may be used", machine.cpus_allowed, machine.cpus_online);
    const bool all = machine.cpus_allowed == machine.cpus_online;
    return {"CPUs", all ? Health::good : Health::note, found, ""};
}

Finding neighbours(const Machine& machine) {
    if (machine.hypervisor.empty()) return {"hypervisor", Health::good, "none", ""};
    return {"hypervisor", Health::note, machine.hypervisor,
            "neighbours are out of sight: measure what you compare in one run, side by side"};
}

}  // namespace

std::string_view name(Health health) {
    constexpr std::string_view names[] = {"good", "note", "disturbed", "unknown"};
    return names[static_cast<std::size_t>(health)];
}

std::vector<Finding> diagnose(const Machine& machine, const Quiet& quiet) {
    std::vector<Finding> findings;
    if (!quiet.spins.empty()) {
        findings = {clock(machine, quiet), jitter(quiet), interruptions(quiet), steadiness(quiet),
                    evenness(quiet)};
        findings.push_back(at_most("steal", quiet.steal_fraction, least_share(quiet, most_steal),
                                   percent(quiet.steal_fraction) + " of the time of all CPUs",
                                   "other virtual machines take turns with this one: ask for "
                                   "dedicated CPUs"));
        findings.push_back(at_most(
            "other programs", quiet.other_busy_fraction, least_share(quiet, most_others),
            percent(quiet.other_busy_fraction) + " of the time of all CPUs", "stop them: top"));
    }
    for (const auto look :
         {load, governor, turbo, threads, hugepages, swap, quota, cpus, neighbours}) {
        findings.push_back(look(machine));
    }
    return findings;
}

}  // namespace assay
