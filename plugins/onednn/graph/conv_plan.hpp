// SPDX-License-Identifier: Apache-2.0
// A convolution of a graph with its post-ops, as oneDNN would run it: which implementation, which
// layouts. Asked while the graph is rewritten, to see what a post-op costs, and when it is built.
#pragma once

#include <optional>
#include <string>

#include "conv_problem.hpp"
#include "graph/ir.hpp"

namespace assay::onednn {

struct ConvPlan {
    dnnl::memory::desc x, w, y, scratchpad;  ///< what oneDNN wants
    dnnl::primitive primitive;
    std::string implementation;
};

/// The tensors of a convolution's node.
ConvTensors tensors_of(const Ir& ir, const GraphOp& node);
/// How another value lies beside Y as an operand of a post-op: Y's layout where it has all of Y's
/// elements, else Y's order of dimensions. Nothing where it cannot be broadcast to Y.
std::optional<dnnl::memory::desc> operand_desc(const View& operand, const View& of_y, bool last,
                                               const dnnl::memory::desc& y);
/// Nothing when oneDNN cannot, or only slowly: by a reference implementation, or by another one
/// than without the post-ops. X and Y lie as oneDNN likes.
std::optional<ConvPlan> plan_conv(const dnnl::engine& engine, const Ir& ir, const GraphOp& node);

}  // namespace assay::onednn
