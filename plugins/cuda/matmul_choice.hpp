// SPDX-License-Identifier: Apache-2.0
// Which of cuBLASLt's algorithms is the fastest here: its favourites are timed on operands of the
// true size.
#pragma once

#include <cstdint>
#include <vector>

#include "matmul_plan.hpp"
#include "queue.hpp"

namespace assay::cuda {

struct LtChoice {
    LtAlgorithm algorithm;
    std::uint32_t candidates = 0;  ///< how many were timed; 0: cuBLASLt's favourite, untimed
    std::uint64_t tune_ns = 0;
};

/// `candidates` is not empty. Where the operands do not fit into the device's memory once more, the
/// favourite is taken. Throws CANCELLED.
LtChoice fastest(cublasLtHandle_t handle, LtPlan& plan, const LtProblem& problem,
                 const std::vector<LtAlgorithm>& candidates, StreamQueue& queue);

}  // namespace assay::cuda
