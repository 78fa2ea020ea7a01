// SPDX-License-Identifier: Apache-2.0
// Graph -> OnnxModel of opset 17: each of our operators in standard ONNX ones, weights as Assay
// fills them. What each becomes: docs/onnx.md.
#pragma once

#include <cstdint>

#include "core/graph/graph.hpp"
#include "core/graph/onnx/onnx_model.hpp"

namespace assay {

/// One run of the graph. Constants have the numbers that a run with this seed has. States are
/// inputs and, where they are written, outputs ("NAME_out"). Throws Error, naming the node, for
/// what ONNX cannot say, and for 2 GiB of constants or more, which one file cannot hold.
OnnxModel export_onnx(const Graph& graph, std::uint64_t seed);

}  // namespace assay
