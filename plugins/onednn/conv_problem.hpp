// SPDX-License-Identifier: Apache-2.0
// A convolution as oneDNN describes it: descriptors of the tensors as they lie, in the order batch,
// channels, space, and the window. Shared by the operator (conv.cpp) and by graphs.
#pragma once

#include <optional>

#include "compat.hpp"
#include "primitive_exec.hpp"

namespace assay::onednn {

struct ConvTensors {
    View x, w, bias, residual, y;  ///< bias and residual may be absent
};

struct ConvProblem {
    dnnl::memory::desc x, w, y;
    std::optional<dnnl::memory::desc> bias, residual;
    compat::Window window;
    bool last = false;  ///< channels are the last dimension
    bool transposed = false;
    std::int64_t groups = 1;

    /// Throws sdk::Error: UNSUPPORTED with the reason, INVALID when no device could run it.
    ConvProblem(const assay_conv_attrs& attrs, const ConvTensors& tensors);

private:
    void check(const assay_conv_attrs& attrs, const ConvTensors& tensors);
    /// [groups,] out, in, kernel...: in this order also where W of a transposed one is in, out.
    dnnl::memory::desc weights(int rank, const View& view) const;
};

/// The same tensor in whatever layout oneDNN likes.
inline dnnl::memory::desc any_layout(const dnnl::memory::desc& desc) {
    return {desc.dims(), desc.data_type(), dnnl::memory::format_tag::any};
}

}  // namespace assay::onednn
