// SPDX-License-Identifier: Apache-2.0
// What stands between us and the machine: a hypervisor, a container, cgroup limits (kernel
// Documentation/admin-guide/cgroup-v2 and cgroup-v1).
#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/machine/parts.hpp"

namespace assay {
namespace {

namespace fs = std::filesystem;

std::string hypervisor(const Tree& tree) {
    if (std::string type = tree.text("sys/hypervisor/type"); !type.empty()) return type;
    const std::string device_tree = tree.text("proc/device-tree/hypervisor/compatible");
    if (!device_tree.empty()) return device_tree;
    const auto flags = split(tree.value("proc/cpuinfo", "flags", ':'), ' ');
    if (std::find(flags.begin(), flags.end(), "hypervisor") == flags.end()) return "";
    const std::string vendor = tree.text("sys/class/dmi/id/sys_vendor");
    return vendor.empty() ? "yes" : "yes (" + vendor + ")";
}

/// The marks container runtimes leave, surest first.
std::string container(const Tree& tree) {
    if (std::string named = tree.text("run/systemd/container"); !named.empty()) return named;
    if (tree.exists("run/.containerenv")) return "podman";
    const std::string groups = tree.text("proc/self/cgroup");
    if (groups.find("kubepods") != std::string::npos) return "kubernetes";
    if (tree.exists(".dockerenv")) return "docker";
    return groups.find("/lxc/") != std::string::npos ? "lxc" : "";
}

/// Our place below the mount of `controller`; "" is the unified hierarchy (cgroup v2).
fs::path group_path(const Tree& tree, std::string_view controller) {
    for (const std::string& line : split(tree.text("proc/self/cgroup"), '\n')) {
        const auto parts = split(line, ':');  // hierarchy id, controllers, path
        if (parts.size() < 3) continue;
        const auto names = split(parts[1], ',');
        if (std::find(names.begin(), names.end(), controller) == names.end()) continue;
        // Outside our namespace: only the root of what is mounted can be seen.
        return parts[2].find("..") == std::string::npos ? fs::path(parts[2]) : fs::path("/");
    }
    return "/";
}

/// What a group's files say of one limit: "" not said, "max" none.
using Limit = std::string (*)(const Tree&, const fs::path& folder);

/// The nearest limit from our group upwards; "max" or "" when no group has one.
std::string nearest_limit(const Tree& tree, const fs::path& mount, fs::path group, Limit limit) {
    std::string found;
    for (group = group.lexically_normal();; group = group.parent_path()) {
        const std::string here = limit(tree, mount / group.relative_path());
        if (!here.empty()) found = here;
        if (!found.empty() && !found.starts_with("max")) return found;
        if (!group.has_relative_path()) return found;
    }
}

std::string cpu_max_v2(const Tree& tree, const fs::path& folder) {
    return tree.text(folder / "cpu.max");
}
std::string cpu_max_v1(const Tree& tree, const fs::path& folder) {
    const std::string quota = tree.text(folder / "cpu.cfs_quota_us");
    if (quota.empty()) return "";
    return fmt::format("{} {}", quota == "-1" ? "max" : quota,
                       tree.text(folder / "cpu.cfs_period_us"));
}
std::string memory_max_v2(const Tree& tree, const fs::path& folder) {
    return tree.text(folder / "memory.max");
}
std::string memory_max_v1(const Tree& tree, const fs::path& folder) {
    const std::string bytes = tree.text(folder / "memory.limit_in_bytes");
    // No limit is LONG_MAX rounded down to a page.
    constexpr std::uint64_t least_of_none = 1ULL << 62U;
    return leading_number(bytes) >= least_of_none ? "max" : bytes;
}
std::string cpuset_v2(const Tree& tree, const fs::path& folder) {
    return tree.text(folder / "cpuset.cpus.effective");
}
std::string cpuset_v1(const Tree& tree, const fs::path& folder) {
    return tree.text(folder / "cpuset.effective_cpus");
}

struct Source {
    std::string Machine::*field;
    std::string_view controller;  ///< Its name in v1, and of its mount.
    Limit v2, v1;
};
constexpr Source sources[] = {
    {&Machine::cgroup_cpu_max, "cpu", cpu_max_v2, cpu_max_v1},
    {&Machine::cgroup_memory_max, "memory", memory_max_v2, memory_max_v1},
    {&Machine::cgroup_cpuset, "cpuset", cpuset_v2, cpuset_v1},
};

}  // namespace

void read_confinement(const Tree& tree, Machine& machine) {
    machine.hypervisor = hypervisor(tree);
    machine.container = container(tree);
    const fs::path mount = "sys/fs/cgroup";
    for (const Source& source : sources) {
        std::string& limit = machine.*source.field;
        limit = nearest_limit(tree, mount, group_path(tree, ""), source.v2);
        if (!limit.empty()) continue;
        limit = nearest_limit(tree, mount / source.controller, group_path(tree, source.controller),
                              source.v1);
    }
}

}  // namespace assay
