// SPDX-License-Identifier: Apache-2.0
// A pooling as oneDNN describes it. Shared by the operator (pool.cpp) and by graphs.
#pragma once

#include "compat.hpp"
#include "primitive_exec.hpp"

namespace assay::onednn {

struct PoolProblem {
    dnnl::memory::desc x, y;  ///< as they lie: batch, channels, space
    dnnl::algorithm algorithm = dnnl::algorithm::undef;
    dnnl::memory::dims kernel;
    compat::Window window;
    bool last = false;  ///< channels are the last dimension

    /// Throws sdk::Error: UNSUPPORTED with the reason, INVALID when no device could run it.
    PoolProblem(const assay_pool_attrs& attrs, const View& of_x, const View& of_y);

private:
    void add_dimension(const assay_pool_attrs& attrs, int i, std::int64_t in_size,
                       std::int64_t out_size);
};

}  // namespace assay::onednn
