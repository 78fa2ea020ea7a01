// SPDX-License-Identifier: Apache-2.0
// What one run of a graph is made of: parameters, operations, bytes. Nominal, from shapes alone.
#pragma once

#include <cstdint>

#include "core/graph/graph.hpp"

namespace assay {

/// Elements of all weights. Scales, frequency tables and constants of the method do not count.
std::uint64_t parameters(const Graph& graph);
/// Bytes of all constants, scales and tables included.
std::uint64_t weight_bytes(const Graph& graph);
/// Bytes of all states.
std::uint64_t state_bytes(const Graph& graph);
/// Bytes of all temporaries and outputs, as if none shared memory (memory_plan.hpp knows better).
std::uint64_t activation_bytes(const Graph& graph);

/// Operations of one node as core/workload/op_cost.hpp counts them. Attention over a cache whose
/// lengths are known (Filling::same) counts the keys that are there, not the cache's capacity.
double flop(const Graph& graph, const Node& node);
double flop(const Graph& graph);

/// Bytes that input i of the node must read: the rows gathered from a table (each once), the keys
/// that are there, and of the experts' weights those of min(experts, rows) experts.
double bytes_read(const Graph& graph, const Node& node, std::size_t i);

/// The least traffic of a run: every constant, input and state that is read, once and no more than
/// is needed of it; every output and appended row, once; nothing for temporaries, which may never
/// leave a device's caches.
double least_bytes(const Graph& graph);
/// The traffic when nothing stays in caches between nodes: what each node reads and writes.
double node_bytes(const Graph& graph);

}  // namespace assay
