// SPDX-License-Identifier: Apache-2.0
// What our own kernel does after a product: the activations that cuBLASLt has not.
#pragma once

#include "launch.hpp"
#include "matmul_problem.hpp"

namespace assay::cuda {

/// cuBLASLt's gelu is the approximation with tanh, and it has no silu.
bool needs_finish(int activation);

/// Takes the activation and the bias out of `mm`, for our own kernel. What D's 16 bits would round
/// before the activation is kept in f32. Throws UNSUPPORTED with the reason.
void take_finish(LtProblem& problem, sdk::Matmul& mm);

/// The call that does it, but for where things lie; of no items when there is nothing to do.
Call finish_call(const LtProblem& problem);

}  // namespace assay::cuda
