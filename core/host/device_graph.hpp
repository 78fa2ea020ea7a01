// SPDX-License-Identifier: Apache-2.0
// A whole graph given to a plugin: the extension assay.graph/1 (assay/ext/graph.h). What the plugin
// makes of it is an Exec like any other.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "core/graph/graph.hpp"
#include "core/host/device.hpp"

namespace assay {

/// Whether the plugin of this device takes whole graphs.
bool takes_graphs(const Device& device);

/// The bytes of a constant, valid until compile_graph() returns.
using ConstantBytes = std::function<std::span<const std::byte>(ValueId)>;

/// What device.enqueue() runs with bindings of the values that graph_bindings() names. Throws
/// PluginError: UNSUPPORTED when the plugin takes no graphs, or not this one.
Exec compile_graph(const Device& device, const Graph& graph, const ConstantBytes& constants);

/// Inputs, states and outputs that are no views, in the order of their indices.
std::vector<ValueId> graph_bindings(const Graph& graph);

}  // namespace assay
