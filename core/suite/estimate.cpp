// SPDX-License-Identifier: Apache-2.0
// How long a run is likely to take: a preview for people, nothing is decided by it.
#include <algorithm>
#include <limits>

#include "core/suite/suite.hpp"

namespace assay {
namespace {

// Measured with onednn on the two-core machine of research/performance.md.
constexpr double start_seconds = 0.4;            // process, plugin, device
constexpr double seconds_per_byte = 3e-9;        // making and uploading inputs
constexpr double seconds_per_flop = 1.0 / 60e9;  // a slow device of that kind
constexpr double cold_bytes = 3.0 * 32e6;        // what a cold case rotates over
constexpr double seconds_per_byte_moved = 1.0 / 10e9;
constexpr double settle_calls = 8;                      // first call, check, twin, rewarming
constexpr double long_call = 1, long_settle_calls = 5;  // measure/case_run.cpp spares some of them

/// What the readings take: of a load its queries, of a search what it may take.
double reading_seconds(const Case& each, const Profile& profile, double call) {
    if (!each.protocol.load) {
        // The interval is rarely narrow at once: half as much again as the minimum.
        return std::max(1.5 * profile.min_seconds, call * profile.min_readings);
    }
    const LoadSettings& load = *each.protocol.load;
    if (is_search(load)) return load.search_seconds;
    const double queries = static_cast<double>(load.min_queries);
    if (is_open_loop(load.scenario)) {
        return std::max(load.min_seconds, queries / load.queries_per_second);
    }
    const auto calls = static_cast<double>(load.samples_per_query) /
                       static_cast<double>(samples_in(each.workload));
    return std::max(load.min_seconds, queries * calls * call);
}

double case_seconds(const Case& each, const Profile& profile) {
    const double own = each.max_seconds > 0 ? each.max_seconds : profile.max_seconds;
    const double cap = each.protocol.load ? std::numeric_limits<double>::infinity() : own;
    const double call = std::max(flop(each.workload) * seconds_per_flop,
                                 least_bytes(each.workload) * seconds_per_byte_moved);
    const double settled = call < long_call ? settle_calls : long_settle_calls;
    const double made = static_cast<double>(footprint_bytes(each.workload)) +
                        (each.protocol.cache == CacheState::hot ? 0 : cold_bytes);
    return made * seconds_per_byte + settled * call + profile.warmup_seconds +
           std::min(reading_seconds(each, profile, call), cap);
}

}  // namespace

double expected_seconds(const Suite& suite, const Profile& profile, int subjects) {
    double pass = start_seconds + profile.device_warmup_seconds;
    for (const Case& each : suite.cases) pass += case_seconds(each, profile);
    return pass * profile.passes * subjects;
}

}  // namespace assay
