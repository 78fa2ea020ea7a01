// SPDX-License-Identifier: Apache-2.0
// Runs cases on the simulated device in this process: exact numbers in milliseconds.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/host/device.hpp"
#include "core/host/plugin.hpp"
#include "core/measure/pass.hpp"

namespace assay {

inline Case gemm_case(std::int64_t m, std::int64_t n, std::int64_t k, Dtype dtype = Dtype::f32) {
    Gemm gemm;
    gemm.m = m;
    gemm.n = n;
    gemm.k = k;
    gemm.a = gemm.b = gemm.d = dtype;
    Case each;
    each.workload = gemm;
    each.id = short_name(gemm);
    return each;
}

inline Profile short_profile() {
    Profile profile;
    profile.warmup_seconds = 0.01;
    profile.device_warmup_seconds = 0.01;
    profile.reading_seconds = 0.001;
    profile.min_readings = 30;
    profile.min_seconds = 0.02;
    profile.max_seconds = 1;
    profile.turn_seconds = 0.01;
    return profile;
}

inline Job job_of(std::vector<Case> cases, const Profile& profile = short_profile()) {
    Job job;
    job.profile = profile;
    job.order_seed = 7;
    job.last_level_cache_bytes = 1U << 20U;
    job.cases = std::move(cases);
    for (std::size_t i = 0; i < job.cases.size(); ++i) {
        job.orders.push_back(static_cast<int>(i));
        job.indices.push_back(static_cast<int>(i));
    }
    return job;
}

/// The records of one pass, in the order in which they were finished.
inline std::vector<CaseRecord> run_simulated(Job job, const KeyValues& options) {
    // Loaded once and never shut down: a plugin cannot be used again after that.
    static const Plugin& plugin = *new Plugin(Plugin::load(SIMULATED_PLUGIN, HostEvents{}));
    const Device device = plugin.open(0, options);
    job.peaks = plugin.peaks(0);  // as the supervisor hands them over
    std::vector<CaseRecord> records;
    run_pass(job, device,
             {.phase = [](int, const char*) {},
              .finished = [&](int, const CaseRecord& record) { records.push_back(record); },
              .stop = [] { return false; }});
    return records;
}

inline CaseRecord run_one(const Case& each, const KeyValues& options,
                          const Profile& profile = short_profile()) {
    return run_simulated(job_of({each}, profile), options).at(0);
}

}  // namespace assay
