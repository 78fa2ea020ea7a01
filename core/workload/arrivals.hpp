// SPDX-License-Identifier: Apache-2.0
// When the queries of a load are to arrive: nanoseconds after the start of the load, ascending; the
// same integers on every machine. How they are made, with a test vector: docs/random.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace assay {

/// Offsets in ns, never descending.
using Arrivals = std::vector<std::int64_t>;

/// A Poisson process: every gap is exponential, the first one before the first query.
struct PoissonLoad {
    double rate = 1;               ///< Queries per second, > 0.
    std::int64_t min_queries = 1;  ///< It ends when this and min_seconds are both reached.
    double min_seconds = 0;        ///< The last query is due at this time or later.
    std::uint64_t seed = 0;        ///< Another seed is another process; the rate only stretches it.
};

/// Throws std::invalid_argument when an offset would be beyond 2^53 ns (104 days), or negative.
Arrivals poisson_arrivals(const PoissonLoad& load);

/// `burst` queries at once, at 0, interval_ns, 2 interval_ns …; the last burst may be smaller.
/// burst 1 is a constant rate. burst >= 1, interval_ns >= 0.
Arrivals burst_arrivals(std::int64_t queries, std::int64_t burst, std::int64_t interval_ns);

/// The schedule's identity in results: SHA-256 of the offsets as 64-bit little-endian integers.
std::string schedule_hash(std::span<const std::int64_t> offsets_ns);

}  // namespace assay
