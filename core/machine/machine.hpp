// SPDX-License-Identifier: Apache-2.0
// What this computer is, read from kernel interfaces only (/proc, /sys, cgroup). Unknown is "" or
// 0, never a guess. How quiet it is: quiet.hpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <type_traits>
#include <vector>

namespace assay {

/// One level of data or unified cache, of one instance.
struct Cache {
    int level = 0;
    std::string kind;  ///< "Data" or "Unified".
    std::uint64_t bytes = 0;
    int shared_by_cpus = 0;

    bool operator==(const Cache&) const = default;
};

struct Machine {
    std::string host_name, os, kernel, kernel_command_line, architecture;
    std::string cpu_model, cpu_vendor, microcode;
    std::string cpu_flags_sha256;  ///< Digest of the sorted flags.
    int cpus_online = 0, cpus_allowed = 0, sockets = 0, cores = 0, threads_per_core = 0;
    std::uint64_t max_clock_hz = 0;  ///< cpuinfo_max_freq; 0 when the kernel does not say.
    std::string governor, scaling_driver, turbo, smt;
    std::vector<Cache> caches;
    int numa_nodes = 0;
    std::uint64_t memory_bytes = 0, swap_bytes = 0;
    std::string transparent_hugepages, clocksource, hypervisor, container;
    std::string cgroup_cpu_max, cgroup_memory_max, cgroup_cpuset;
    std::string boot_id, product, bios, mitigations;
    double load_1min = 0;

    /// Bytes of the largest cache a core can use; 0 unknown.
    [[nodiscard]] std::uint64_t last_level_cache_bytes() const;
};

template <class Self, class Visitor>
void describe(Self& cache,
              Visitor&& field) requires std::is_same_v<std::remove_const_t<Self>, Cache> {
    field("level", cache.level);
    field("kind", cache.kind);
    field("bytes", cache.bytes);
    field("shared_by_cpus", cache.shared_by_cpus);
}

/// Names every field once, in the order of the result file.
template <class Self, class Visitor>
void describe(Self& machine,
              Visitor&& field) requires std::is_same_v<std::remove_const_t<Self>, Machine> {
    field("host_name", machine.host_name);
    field("os", machine.os);
    field("kernel", machine.kernel);
    field("kernel_command_line", machine.kernel_command_line);
    field("architecture", machine.architecture);
    field("cpu_model", machine.cpu_model);
    field("cpu_vendor", machine.cpu_vendor);
    field("microcode", machine.microcode);
    field("cpu_flags_sha256", machine.cpu_flags_sha256);
    field("cpus_online", machine.cpus_online);
    field("cpus_allowed", machine.cpus_allowed);
    field("sockets", machine.sockets);
    field("cores", machine.cores);
    field("threads_per_core", machine.threads_per_core);
    field("max_clock_hz", machine.max_clock_hz);
    field("governor", machine.governor);
    field("scaling_driver", machine.scaling_driver);
    field("turbo", machine.turbo);
    field("smt", machine.smt);
    field("caches", machine.caches);
    field("numa_nodes", machine.numa_nodes);
    field("memory_bytes", machine.memory_bytes);
    field("swap_bytes", machine.swap_bytes);
    field("transparent_hugepages", machine.transparent_hugepages);
    field("clocksource", machine.clocksource);
    field("hypervisor", machine.hypervisor);
    field("container", machine.container);
    field("cgroup_cpu_max", machine.cgroup_cpu_max);
    field("cgroup_memory_max", machine.cgroup_memory_max);
    field("cgroup_cpuset", machine.cgroup_cpuset);
    field("boot_id", machine.boot_id);
    field("product", machine.product);
    field("bios", machine.bios);
    field("mitigations", machine.mitigations);
    field("load_1min", machine.load_1min);
}

/// Reads the machine. `root` stands for "/": tests give a folder with made-up files.
Machine read_machine(const std::filesystem::path& root = "/");

/// What the kernel counted so far for this process and this machine; differences are telemetry.
struct Counters {
    std::uint64_t voluntary_switches = 0, involuntary_switches = 0;
    std::uint64_t minor_faults = 0, major_faults = 0;
    std::uint64_t cpu_ns = 0;           ///< User and system time of this process.
    std::uint64_t machine_busy_ns = 0;  ///< All processes, all CPUs (10 ms ticks).
    std::uint64_t machine_steal_ns = 0;
};
template <class Self, class Visitor>
void describe(Self& counters,
              Visitor&& field) requires std::is_same_v<std::remove_const_t<Self>, Counters> {
    field("voluntary_switches", counters.voluntary_switches);
    field("involuntary_switches", counters.involuntary_switches);
    field("minor_faults", counters.minor_faults);
    field("major_faults", counters.major_faults);
    field("cpu_ns", counters.cpu_ns);
    field("machine_busy_ns", counters.machine_busy_ns);
    field("machine_steal_ns", counters.machine_steal_ns);
}
Counters read_counters();
Counters operator-(const Counters& later, const Counters& earlier);
Counters operator+(const Counters& first, const Counters& second);

}  // namespace assay
