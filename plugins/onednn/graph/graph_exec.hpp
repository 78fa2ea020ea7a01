// SPDX-License-Identifier: Apache-2.0
// The extension assay.graph/1: a whole graph, rewritten and laid out once, then run as a list of
// steps in memory of its own.
#pragma once

#include <memory>

#include "assay/sdk/graph.hpp"

namespace assay::onednn {

/// Throws sdk::Error UNSUPPORTED with the node that this plugin has not.
std::unique_ptr<sdk::Exec> compile_graph(const sdk::Graph& graph);

}  // namespace assay::onednn
