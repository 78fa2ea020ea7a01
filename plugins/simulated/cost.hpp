// SPDX-License-Identifier: Apache-2.0
// What an operator costs the simulated device, and what makes it another one: the two things that
// its clock wants to know. Not core's count of work: a plugin has none.
#pragma once

#include <cstdint>

#include "plugins/reference/ops.hpp"

namespace simulated {

/// Whether sdk::Matmul can read it: a matmul without scales.
bool is_plain_matmul(const assay::sdk::Op& op);

/// Multiplications and additions of matmul, convolution, attention (every key seen) and grouped
/// matmul (every row); of any other operator the elements that it reads and writes.
double flop_of(const assay::sdk::Op& op, const reference::Plan& plan);

/// Hash of kind, sizes and types; of a plain matmul hash_of(sdk::Matmul).
std::uint64_t hash_of(const assay::sdk::Op& op, const reference::Plan& plan);

}  // namespace simulated
