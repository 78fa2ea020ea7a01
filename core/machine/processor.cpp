// SPDX-License-Identifier: Apache-2.0
// The CPU: /proc/cpuinfo and /sys/devices/system/cpu (kernel Documentation/ABI/testing/
// sysfs-devices-system-cpu, admin-guide/cputopology, admin-guide/pm/cpufreq).
#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/machine/parts.hpp"

namespace assay {
namespace {

const std::string cpus = "sys/devices/system/cpu";

std::string folder_of(int cpu) {
    return fmt::format("{}/cpu{}", cpus, cpu);
}

/// The value of the first of `keys` that /proc/cpuinfo has: architectures name things differently.
std::string cpuinfo(const Tree& tree, std::initializer_list<std::string_view> keys) {
    for (const std::string_view key : keys) {
        if (std::string value = tree.value("proc/cpuinfo", key, ':'); !value.empty()) return value;
    }
    return "";
}

/// Arm's implementer codes (Arm Architecture Reference Manual, MIDR_EL1).
std::string arm_vendor(std::string_view code) {
    struct Implementer {
        std::string_view code, name;
    };
    constexpr std::array<Implementer, 10> table = {{{"0x41", "Arm"},
                                                    {"0x42", "Broadcom"},
                                                    {"0x43", "Cavium"},
                                                    {"0x46", "Fujitsu"},
                                                    {"0x48", "HiSilicon"},
                                                    {"0x4e", "NVIDIA"},
                                                    {"0x51", "Qualcomm"},
                                                    {"0x61", "Apple"},
                                                    {"0x6d", "Microsoft"},
                                                    {"0xc0", "Ampere"}}};
    const auto* const found =
        std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.code == code; });
    return std::string(found == table.end() ? code : found->name);
}

void read_model(const Tree& tree, Machine& machine) {
    machine.cpu_vendor = cpuinfo(tree, {"vendor_id"});
    machine.cpu_model = cpuinfo(tree, {"model name", "cpu", "uarch"});
    machine.microcode = cpuinfo(tree, {"microcode"});
    if (!machine.cpu_vendor.empty()) return;
    machine.cpu_vendor = arm_vendor(cpuinfo(tree, {"CPU implementer"}));
    const std::string part = cpuinfo(tree, {"CPU part"});
    if (!machine.cpu_model.empty() || part.empty()) return;
    machine.cpu_model =
        fmt::format("{} part {} variant {} revision {}", machine.cpu_vendor, part,
                    cpuinfo(tree, {"CPU variant"}), cpuinfo(tree, {"CPU revision"}));
}

void read_flags(const Tree& tree, Machine& machine) {
    const std::string text = cpuinfo(tree, {"flags", "Features", "isa"});
    if (text.empty()) return;
    std::vector<std::string> flags = split(text, ' ');
    std::sort(flags.begin(), flags.end());
    machine.cpu_flags_sha256 = sha256_hex(join(flags, " "));
}

void read_topology(const Tree& tree, const std::vector<int>& online, Machine& machine) {
    std::set<std::string> packages, cores;
    for (const int cpu : online) {
        const std::string topology = folder_of(cpu) + "/topology/";
        std::string siblings = tree.text(topology + "core_cpus_list");
        if (siblings.empty()) siblings = tree.text(topology + "thread_siblings_list");
        packages.insert(tree.text(topology + "physical_package_id"));
        cores.insert(siblings);
        machine.threads_per_core =
            std::max(machine.threads_per_core, static_cast<int>(numbers_of_list(siblings).size()));
    }
    packages.erase("");
    cores.erase("");
    machine.sockets = static_cast<int>(packages.size());
    machine.cores = static_cast<int>(cores.size());
}

/// "on" or "off"; Intel's own switch says the opposite of the generic one.
std::string turbo(const Tree& tree) {
    const std::string no_turbo = tree.text(cpus + "/intel_pstate/no_turbo");
    if (!no_turbo.empty()) return no_turbo == "0" ? "on" : "off";
    const std::string boost = tree.text(cpus + "/cpufreq/boost");
    if (!boost.empty()) return boost == "0" ? "off" : "on";
    return "";
}

void read_clocks(const Tree& tree, const std::vector<int>& online, Machine& machine) {
    std::set<std::string> governors, drivers;
    for (const int cpu : online) {
        const std::string cpufreq = folder_of(cpu) + "/cpufreq/";
        governors.insert(tree.text(cpufreq + "scaling_governor"));
        drivers.insert(tree.text(cpufreq + "scaling_driver"));
        const std::uint64_t khz = tree.number(cpufreq + "cpuinfo_max_freq");
        machine.max_clock_hz = std::max(machine.max_clock_hz, khz * 1000);
    }
    governors.erase("");
    drivers.erase("");
    machine.governor = join({governors.begin(), governors.end()}, ", ");
    machine.scaling_driver = join({drivers.begin(), drivers.end()}, ", ");
    machine.turbo = turbo(tree);
}

/// "1024K" is 1,048,576.
std::uint64_t cache_bytes(std::string_view size) {
    const std::uint64_t number = leading_number(size);
    if (size.ends_with('K')) return number << 10U;
    if (size.ends_with('M')) return number << 20U;
    return number;
}

/// One entry for each kind of cache: cores of two kinds have two kinds of level 2.
void read_caches(const Tree& tree, const std::vector<int>& online, Machine& machine) {
    std::set<std::tuple<int, std::string, std::uint64_t, int>> seen;
    for (const int cpu : online) {
        for (const std::string& name : tree.names(folder_of(cpu) + "/cache")) {
            const std::string index = folder_of(cpu) + "/cache/" + name + "/";
            const std::string kind = tree.text(index + "type");
            if (kind != "Data" && kind != "Unified") continue;
            const auto sharing = numbers_of_list(tree.text(index + "shared_cpu_list"));
            seen.emplace(static_cast<int>(tree.number(index + "level")), kind,
                         cache_bytes(tree.text(index + "size")), static_cast<int>(sharing.size()));
        }
    }
    for (const auto& [level, kind, bytes, shared] : seen) {
        machine.caches.push_back({level, kind, bytes, shared});
    }
}

/// "spectre_v2: Mitigation, …": what this CPU suffers from and whether the kernel does something.
std::string mitigations(const Tree& tree) {
    const std::string folder = cpus + "/vulnerabilities";
    std::vector<std::string> affected;
    for (const std::string& name : tree.names(folder)) {
        const std::string state = tree.text(folder + "/" + name);
        if (state.empty() || state == "Not affected") continue;
        affected.push_back(name + ": " + state.substr(0, state.find_first_of(":;,")));
    }
    return join(affected, ", ");
}

}  // namespace

void read_processor(const Tree& tree, Machine& machine) {
    const std::vector<int> online = numbers_of_list(tree.text(cpus + "/online"));
    machine.cpus_online = static_cast<int>(online.size());
    const std::string allowed = tree.value("proc/self/status", "Cpus_allowed_list", ':');
    machine.cpus_allowed = static_cast<int>(numbers_of_list(allowed).size());
    machine.smt = tree.text(cpus + "/smt/control");
    machine.mitigations = mitigations(tree);
    read_model(tree, machine);
    read_flags(tree, machine);
    read_topology(tree, online, machine);
    read_clocks(tree, online, machine);
    read_caches(tree, online, machine);
}

}  // namespace assay
