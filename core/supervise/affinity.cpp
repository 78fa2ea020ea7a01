// SPDX-License-Identifier: Apache-2.0
#include "core/supervise/affinity.hpp"

#include <cerrno>
#include <charconv>
#include <cstring>

#include <fmt/format.h>
#include <sched.h>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace assay {
namespace {

/// A CPU number, or -1.
int cpu_number(const std::string& text) {
    int value = -1;
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);
    return result.ec == std::errc() && result.ptr == end && value < CPU_SETSIZE ? value : -1;
}

}  // namespace

std::vector<int> parse_cpu_list(const std::string& text) {
    std::vector<int> cpus;
    for (const std::string& part : split(text, ',')) {
        const auto ends = split(part, '-');
        const int first = cpu_number(ends.front());
        const int last = cpu_number(ends.back());
        if (ends.size() > 2 || first < 0 || last < first) {
            throw Error("affinity '" + text + "' is not a CPU list such as 0-3,8");
        }
        for (int cpu = first; cpu <= last; ++cpu) cpus.push_back(cpu);
    }
    return cpus;
}

void bind_to_cpus(const std::vector<int>& cpus) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const int cpu : cpus) CPU_SET(static_cast<unsigned>(cpu), &set);
    if (sched_setaffinity(0, sizeof set, &set) == 0) return;
    throw Error(fmt::format("cannot bind to the CPUs asked for: {} (are they online and allowed?)",
                            std::strerror(errno)));
}

}  // namespace assay
