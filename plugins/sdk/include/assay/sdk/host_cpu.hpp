// SPDX-License-Identifier: Apache-2.0
// What the kernel says of the CPU that a HostDevice runs on: /proc/cpuinfo and
// /sys/devices/system/cpu. Not part of sdk.hpp: include it where it is wanted.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include <unistd.h>

#include "assay/device.h"
#include "assay/sdk/error.hpp"

namespace assay {
namespace sdk {
namespace detail {

inline std::string first_line(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

/// The value of a key of /proc/cpuinfo, "" when this architecture does not state it.
inline std::string cpuinfo(const std::string& key) {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        const std::size_t colon = line.find(": ");
        if (colon != std::string::npos && line.rfind(key, 0) == 0) return line.substr(colon + 2);
    }
    return "";
}

/// "32768K" -> 33554432; 0 when there is no number.
inline std::uint64_t cache_bytes(const std::string& text) {
    std::uint64_t kib = 0;
    for (const char digit : text) {
        if (digit < '0' || digit > '9') break;
        kib = kib * 10 + static_cast<std::uint64_t>(digit - '0');
    }
    return kib * 1024;
}

/// The caches of the highest level, summed: each once, however many CPUs share it.
inline std::uint64_t last_level_cache_bytes() {
    std::map<std::string, std::map<std::string, std::uint64_t>> by_level;
    std::error_code ignored;
    for (const auto& cpu :
         std::filesystem::directory_iterator("/sys/devices/system/cpu", ignored)) {
        for (const auto& cache :
             std::filesystem::directory_iterator(cpu.path() / "cache", ignored)) {
            const std::string level = first_line(cache.path() / "level");
            const std::string sharers = first_line(cache.path() / "shared_cpu_list");
            if (!level.empty()) {
                by_level[level][sharers] = cache_bytes(first_line(cache.path() / "size"));
            }
        }
    }
    std::uint64_t sum = 0;
    if (by_level.empty()) return sum;
    for (const auto& [sharers, bytes] : by_level.rbegin()->second) sum += bytes;
    return sum;
}

}  // namespace detail

/// Fills name, vendor, memory and last-level cache. What cannot be read stays zero: unknown.
inline void describe_host_cpu(assay_device_info& info) {
    put(info.name, detail::cpuinfo("model name"));
    put(info.vendor, detail::cpuinfo("vendor_id"));
    const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    if (pages > 0 && page > 0)
        info.memory_bytes = static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page);
    info.last_level_cache_bytes = detail::last_level_cache_bytes();
}

}  // namespace sdk
}  // namespace assay
