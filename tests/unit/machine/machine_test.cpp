// SPDX-License-Identifier: Apache-2.0
// read_machine() on made-up machines: what is there is read, what is missing is unknown.
#include "core/machine/machine.hpp"

#include <catch2/catch.hpp>

#include "core/base/sha256.hpp"
#include "tests/unit/machine/made_up.hpp"

using Catch::Contains;
using namespace assay;

namespace {

void add_cache(MadeUp& tree, int cpu, const std::string& index, const Cache& cache,
               const std::string& shared) {
    const std::string folder = "cache/index" + index + "/";
    tree.cpu(cpu, folder + "level", std::to_string(cache.level) + "\n");
    tree.cpu(cpu, folder + "type", cache.kind + "\n");
    tree.cpu(cpu, folder + "size", std::to_string(cache.bytes >> 10U) + "K\n");
    tree.cpu(cpu, folder + "shared_cpu_list", shared + "\n");
}

/// Two sockets, two cores each, two threads a core; CPU n and n + 4 share a core.
void add_intel(MadeUp& tree) {
    tree.file("proc/cpuinfo",
              "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Xeon Test\n"
              "microcode\t: 0x2b\nflags\t\t: sse avx fpu\n\n"
              "processor\t: 1\nmodel name\t: another\n");
    tree.file("sys/devices/system/cpu/online", "0-7\n");
    tree.file("sys/devices/system/cpu/smt/control", "on\n");
    tree.file("sys/devices/system/cpu/intel_pstate/no_turbo", "0\n");
    for (int cpu = 0; cpu < 8; ++cpu) {
        const int core = cpu % 4;
        const std::string siblings = std::to_string(core) + "," + std::to_string(core + 4);
        tree.cpu(cpu, "topology/physical_package_id", std::to_string(core / 2) + "\n");
        tree.cpu(cpu, "topology/core_cpus_list", siblings + "\n");
        tree.cpu(cpu, "cpufreq/scaling_governor", "performance\n");
        tree.cpu(cpu, "cpufreq/scaling_driver", "intel_pstate\n");
        tree.cpu(cpu, "cpufreq/cpuinfo_max_freq", cpu == 3 ? "3900000\n" : "3800000\n");
        add_cache(tree, cpu, "0", {1, "Data", 48U << 10U, 0}, siblings);
        add_cache(tree, cpu, "1", {1, "Instruction", 32U << 10U, 0}, siblings);
        add_cache(tree, cpu, "3", {3, "Unified", 36U << 20U, 0}, core < 2 ? "0-1,4-5" : "2-3,6-7");
    }
}

}  // namespace

TEST_CASE("an empty root gives a machine of unknowns", "[machine]") {
    const MadeUp tree;
    const Machine machine = read_machine(tree.root());
    std::size_t fields = 0;
    describe(machine, [&](const char* name, const auto& value) {
        CAPTURE(name);
        ++fields;
        CHECK(value == std::remove_cvref_t<decltype(value)>{});
    });
    CHECK(fields == 35);
    CHECK(machine.last_level_cache_bytes() == 0);
}

TEST_CASE("an Intel machine with two sockets is read whole", "[machine]") {
    MadeUp tree;
    add_intel(tree);
    const Machine machine = read_machine(tree.root());
    CHECK(machine.cpu_model == "Xeon Test");
    CHECK(machine.cpu_vendor == "GenuineIntel");
    CHECK(machine.microcode == "0x2b");
    CHECK(machine.cpu_flags_sha256 == sha256_hex("avx fpu sse"));
    CHECK(machine.cpus_online == 8);
    CHECK(machine.sockets == 2);
    CHECK(machine.cores == 4);
    CHECK(machine.threads_per_core == 2);
    CHECK(machine.max_clock_hz == 3'900'000'000);
    CHECK(machine.governor == "performance");
    CHECK(machine.scaling_driver == "intel_pstate");
    CHECK(machine.turbo == "on");
    CHECK(machine.smt == "on");
}

TEST_CASE("caches are one entry a kind, without instructions", "[machine]") {
    MadeUp tree;
    add_intel(tree);
    const Machine machine = read_machine(tree.root());
    REQUIRE(machine.caches.size() == 2);
    CHECK(machine.caches[0].level == 1);
    CHECK(machine.caches[0].kind == "Data");
    CHECK(machine.caches[0].bytes == 48U << 10U);
    CHECK(machine.caches[0].shared_by_cpus == 2);
    CHECK(machine.caches[1].shared_by_cpus == 4);
    CHECK(machine.last_level_cache_bytes() == 36U << 20U);
}

TEST_CASE("an Arm machine names its maker and part", "[machine]") {
    MadeUp tree;
    tree.file("proc/cpuinfo",
              "processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd\n"
              "CPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x1\n"
              "CPU part\t: 0xd40\nCPU revision\t: 1\n");
    tree.file("proc/device-tree/model", std::string("Test Board\0", 11));
    tree.file("sys/devices/system/cpu/online", "0-1\n");
    tree.file("sys/devices/system/cpu/cpufreq/boost", "0\n");
    tree.cpu(0, "cpufreq/scaling_governor", "powersave\n");
    tree.cpu(1, "cpufreq/scaling_governor", "performance\n");
    const Machine machine = read_machine(tree.root());
    CHECK(machine.cpu_vendor == "Arm");
    CHECK(machine.cpu_model == "Arm part 0xd40 variant 0x1 revision 1");
    CHECK(machine.cpu_flags_sha256 == sha256_hex("asimd fp"));
    CHECK(machine.product == "Test Board");
    CHECK(machine.turbo == "off");
    CHECK(machine.governor == "performance, powersave");
    CHECK(machine.hypervisor.empty());
}

TEST_CASE("memory, system and firmware are read", "[machine]") {
    MadeUp tree;
    tree.file("proc/meminfo", "MemTotal:       16384 kB\nSwapTotal:          8 kB\n");
    tree.file("etc/os-release", "NAME=x\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n");
    tree.file("proc/sys/kernel/osrelease", "6.1.0\n").file("proc/sys/kernel/arch", "x86_64\n");
    tree.file("proc/loadavg", "1.25 0.5 0.1 1/100 1234\n");
    tree.file("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
    tree.file("sys/devices/system/node/online", "0-3\n");
    tree.file("sys/class/dmi/id/sys_vendor", "Acme\n")
        .file("sys/class/dmi/id/product_name", "X1\n");
    tree.file("sys/class/dmi/id/bios_version", "1.2\n");
    const Machine machine = read_machine(tree.root());
    CHECK(machine.memory_bytes == 16U << 20U);
    CHECK(machine.swap_bytes == 8192);
    CHECK(machine.os == "Debian GNU/Linux 12");
    CHECK(machine.kernel == "6.1.0");
    CHECK(machine.architecture == "x86_64");
    CHECK(machine.load_1min == 1.25);
    CHECK(machine.transparent_hugepages == "madvise");
    CHECK(machine.numa_nodes == 4);
    CHECK(machine.product == "Acme X1");
    CHECK(machine.bios == "1.2");
}

TEST_CASE("only what the CPU suffers from is listed", "[machine]") {
    MadeUp tree;
    const std::string folder = "sys/devices/system/cpu/vulnerabilities/";
    tree.file(folder + "meltdown", "Not affected\n");
    tree.file(folder + "spectre_v2", "Mitigation: Enhanced IBRS; RSB filling\n");
    tree.file(folder + "mds", "Vulnerable: no microcode\n");
    CHECK(read_machine(tree.root()).mitigations == "mds: Vulnerable, spectre_v2: Mitigation");
}

TEST_CASE("a hypervisor is known by its flag and named by the firmware", "[machine]") {
    MadeUp tree;
    tree.file("proc/cpuinfo", "flags : fpu hypervisor sse\n");
    CHECK(read_machine(tree.root()).hypervisor == "yes");
    tree.file("sys/class/dmi/id/sys_vendor", "QEMU\n");
    CHECK(read_machine(tree.root()).hypervisor == "yes (QEMU)");
    tree.file("sys/hypervisor/type", "xen\n");
    CHECK(read_machine(tree.root()).hypervisor == "xen");
}

TEST_CASE("containers are told by their marks", "[machine]") {
    MadeUp docker;
    docker.file(".dockerenv", "");
    CHECK(read_machine(docker.root()).container == "docker");
    docker.file("proc/self/cgroup", "0::/kubepods/besteffort/pod1\n");
    CHECK(read_machine(docker.root()).container == "kubernetes");
    MadeUp podman;
    podman.file("run/.containerenv", "");
    CHECK(read_machine(podman.root()).container == "podman");
}

TEST_CASE("the nearest limit of the unified hierarchy counts", "[machine]") {
    MadeUp tree;
    tree.file("proc/self/cgroup", "0::/a/b\n");
    tree.file("sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
    tree.file("sys/fs/cgroup/a/cpu.max", "150000 100000\n");
    tree.file("sys/fs/cgroup/a/b/memory.max", "max\n");
    tree.file("sys/fs/cgroup/a/b/cpuset.cpus.effective", "0-1\n");
    const Machine machine = read_machine(tree.root());
    CHECK(machine.cgroup_cpu_max == "150000 100000");
    CHECK(machine.cgroup_memory_max == "max");
    CHECK(machine.cgroup_cpuset == "0-1");
}

TEST_CASE("the limits of cgroup v1 are read where v2 has none", "[machine]") {
    MadeUp tree;
    tree.file("proc/self/cgroup", "4:memory:/x\n2:cpu,cpuacct:/x/y\n3:cpuset:/../z\n0::/\n");
    tree.file("sys/fs/cgroup/cpu/x/y/cpu.cfs_quota_us", "-1\n");
    tree.file("sys/fs/cgroup/cpu/x/y/cpu.cfs_period_us", "100000\n");
    tree.file("sys/fs/cgroup/cpu/x/cpu.cfs_quota_us", "200000\n");
    tree.file("sys/fs/cgroup/cpu/x/cpu.cfs_period_us", "100000\n");
    tree.file("sys/fs/cgroup/memory/x/memory.limit_in_bytes", "9223372036854771712\n");
    tree.file("sys/fs/cgroup/cpuset/cpuset.effective_cpus", "0-3\n");
    const Machine machine = read_machine(tree.root());
    CHECK(machine.cgroup_cpu_max == "200000 100000");
    CHECK(machine.cgroup_memory_max == "max");
    CHECK(machine.cgroup_cpuset == "0-3");
}

TEST_CASE("the allowed CPUs are those of the process", "[machine]") {
    MadeUp tree;
    tree.file("proc/self/status", "Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t0-3,6\n");
    CHECK(read_machine(tree.root()).cpus_allowed == 5);
}

TEST_CASE("this machine has CPUs, memory and a kernel", "[machine]") {
    const Machine machine = read_machine();
    CHECK(machine.cpus_online >= 1);
    CHECK(machine.cpus_allowed >= 1);
    CHECK(machine.memory_bytes > 0);
    CHECK_FALSE(machine.kernel.empty());
    CHECK_FALSE(machine.architecture.empty());
}
