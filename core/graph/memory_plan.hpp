// SPDX-License-Identifier: Apache-2.0
// Where the temporaries of a graph lie in one buffer: those that are never needed together share
// memory. Each goes in the smallest gap that holds it, largest first (Pisarchyk and Lee, "Efficient
// Memory Management for Deep Neural Net Inference", 2020, section 5) or in the order of first use,
// whichever takes less.
#pragma once

#include <cstdint>
#include <vector>

#include "core/graph/graph.hpp"

namespace assay {

inline constexpr std::uint64_t plan_alignment = 64;  ///< Bytes: a cache line, a vector register.

/// Offsets in bytes, one for each value; `unplanned` for what is no temporary (inputs, outputs,
/// constants and states have buffers of their own). A view has its storage's offset.
struct MemoryPlan {
    static constexpr std::int64_t unplanned = -1;
    std::vector<std::int64_t> offsets;
    std::uint64_t bytes = 0;        ///< Of the whole buffer.
    std::uint64_t least_bytes = 0;  ///< No plan can do with less: the most that is alive at once.
};

/// The first and last node that touch a temporary, views included.
struct Lifetime {
    ValueId value = no_value;
    std::size_t first = 0, last = 0;
    std::uint64_t bytes = 0;  ///< Rounded up to plan_alignment.
};
std::vector<Lifetime> lifetimes(const Graph& graph);

MemoryPlan plan_memory(const Graph& graph);

}  // namespace assay
