// SPDX-License-Identifier: Apache-2.0
// What the simulated device can be told: the table of options and what they mean together.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "assay/sdk.hpp"

namespace simulated {

/// Every declared option; README.md lists the same ones.
std::vector<assay_option_info> declared_options();

enum class Noise { none, normal, lognormal, bimodal, ar1, outliers };
enum class ProcessNoise { lognormal, t3 };

enum class Fault {
    none,
    drop_last_k,
    drop_k_tail,
    tf32,
    bf16x3,
    bf16,
    zeros,
    stale,
    once,
    flip_bit,
    transpose_b,
    skip,
    out_of_bounds,
    short_time,
    cache
};

/// How long things take. Durations in nanoseconds, factors without unit.
struct Timing {
    double gflops, launch_ns, median_ns;
    Noise noise;
    double sigma, phi, outlier_fraction, outlier_scale, bimodal_gap, bimodal_fraction;
    double process_sigma, process_bimodal, process_gap;
    ProcessNoise process_noise;
    double warmup_extra, warmup_tau, drift;
    std::int64_t throttle_at;  ///< invocation; 0 never
    double throttle_factor;
    std::uint64_t seed;
};

/// What goes wrong. Counts are of enqueues, from 1; 0 never.
struct Faults {
    Fault fault;
    std::int64_t every, after;  ///< counted per prepared operator
    double fraction;            ///< of those, chosen by `seed`
    std::uint64_t seed;
    std::int64_t bit;                                   ///< of flip_bit, from the highest
    std::int64_t crash_at, exit_at, abort_at, hang_at;  ///< counted per device
    std::string crash_in, fail_prepare;
    std::vector<assay_dtype> unsupported;
    bool stdout_noise;
};

struct Script {
    Timing timing;
    Faults faults;
    double peak_gflops;          ///< 0 unknown
    std::uint64_t memory_bytes;  ///< 0 unlimited
    double link_bytes_per_ns;    ///< 0: copies take no time
    bool host_timer, paced;
    std::string neighbours;  ///< a file; "" none
    double sharing_cost;     ///< relative, for each of them that is busy

    /// Throws sdk::Error INVALID for a value out of range.
    explicit Script(const assay::sdk::Options& options);
};

}  // namespace simulated
