// SPDX-License-Identifier: Apache-2.0
// A matmul as a 1x1 convolution with channels last: the rows are places, k and n channels, and
// nothing is moved. With AVX2 oneDNN 2.6 has no packed f32 matmul, and its convolution was the
// faster in most pairs measured side by side (128 rows, 768 to 3072 columns: up to 1.6 times).
#pragma once

#include <optional>
#include <string>

#include "problem.hpp"

namespace assay::onednn {

struct Pointwise {
    dnnl::primitive primitive;
    dnnl::memory::desc a, d, scratchpad;
    std::optional<dnnl::memory::desc> bias;
    dnnl::memory::desc given_b, packed_b;  ///< B as it lies, and as the convolution wants it
    std::string implementation;
};

/// Nothing where it is not offered, or not faster: other types, other CPUs, gaps between rows.
std::optional<Pointwise> as_pointwise(const dnnl::engine& engine, const Problem& problem);

}  // namespace assay::onednn
