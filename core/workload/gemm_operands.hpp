// SPDX-License-Identifier: Apache-2.0
// The operands of a GEMM as every check reads them: one batch, as vectors of length k. Private to
// workload.
#pragma once

#include <cstdint>

#include "core/workload/check.hpp"
#include "core/workload/reference.hpp"

namespace assay {

/// The operands of one batch: the rows of A and the columns of B.
struct GemmOperands {
    Operand a, b;
};

GemmOperands operands_of(const Gemm& gemm, const GemmData& data, std::uint64_t batch);

}  // namespace assay
