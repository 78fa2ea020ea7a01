// SPDX-License-Identifier: Apache-2.0
// The prepared GEMM run on operands whose answer is known to the last bit: integers that cancel,
// and single products that show the precision of operands. docs/proof.md.
#pragma once

#include <functional>
#include <span>

#include "core/measure/tensors.hpp"
#include "core/result/record.hpp"
#include "core/workload/check.hpp"

namespace assay {

/// Runs it on these inputs (A, B, bias); the answer, poisoned before.
using RunOn = std::function<Bytes(std::span<const std::span<const std::byte>> inputs)>;

/// Passed, or why not; what was done is added to `proof`.
Check run_exactly(const Gemm& gemm, const Arithmetic& arithmetic, std::uint64_t seed,
                  const RunOn& run, ProofRecord& proof);

}  // namespace assay
