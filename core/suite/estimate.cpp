// SPDX-License-Identifier: Apache-2.0
// How long a run is likely to take: a preview for people, nothing is decided by it.
#include <algorithm>

#include "core/suite/suite.hpp"

namespace assay {
namespace {

// Measured with onednn on the two-core machine of research/performance.md.
constexpr double start_seconds = 0.4;            // process, plugin, device
constexpr double seconds_per_byte = 3e-9;        // making and uploading inputs
constexpr double seconds_per_flop = 1.0 / 60e9;  // a slow device of that kind
constexpr double cold_bytes = 3.0 * 32e6;        // what a cold case rotates over
constexpr double settle_calls = 8;               // first call, check, twin, rewarming

double case_seconds(const Case& each, const Profile& profile) {
    const double cap = each.max_seconds > 0 ? each.max_seconds : profile.max_seconds;
    const double call = flop(each.workload) * seconds_per_flop;
    const double made = static_cast<double>(footprint_bytes(each.workload)) +
                        (each.protocol.cache == CacheState::hot ? 0 : cold_bytes);
    // The interval is rarely narrow at once: half as much again as the minimum.
    const double readings = std::max(1.5 * profile.min_seconds, call * profile.min_readings);
    return made * seconds_per_byte + settle_calls * call + profile.warmup_seconds +
           std::min(readings, cap);
}

}  // namespace

double expected_seconds(const Suite& suite, const Profile& profile, int subjects) {
    double pass = start_seconds + profile.device_warmup_seconds;
    for (const Case& each : suite.cases) pass += case_seconds(each, profile);
    return pass * profile.passes * subjects;
}

}  // namespace assay
