// SPDX-License-Identifier: Apache-2.0
// How long each invocation takes: a pure function of the options, the shape, the pass and the
// index, so that a test knows every number beforehand. Never the time of anything real.
#pragma once

#include <cstdint>
#include <vector>

#include "assay/sdk.hpp"
#include "plugins/simulated/options.hpp"

namespace simulated {

/// What a duration depends on beside the options.
struct Work {
    double flop = 0;
    std::uint64_t shape_hash = 0;  ///< sizes, types and flags; hash_of()
    std::uint64_t pass = 0;        ///< environment variable ASSAY_PASS, 0 when unset
    std::uint64_t device = 0;
};

/// 64-bit FNV-1a over everything that makes a matmul another one.
std::uint64_t hash_of(const assay::sdk::Matmul& shape);
/// The same hash of any numbers.
std::uint64_t hash_of(const std::vector<std::uint64_t>& words);

/// The pass this process is, from the environment.
std::uint64_t current_pass();

/// The durations of one prepared operator, in order.
class Timeline {
public:
    Timeline(const Timing& timing, const Work& work);

    /// The next duration in nanoseconds, > 0.
    double next();

private:
    double noise_factor(double normal, double uniform);
    double trend_factor() const;

    Timing timing_;
    std::uint64_t stream_;
    double typical_ns_;  ///< of this pass
    std::uint64_t index_ = 0;
    double previous_ = 0;  ///< ar1's state
};

}  // namespace simulated
