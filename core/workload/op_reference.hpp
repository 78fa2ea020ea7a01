// SPDX-License-Identifier: Apache-2.0
// The exact answer of every operator in double: plain loops, the truth that check_op and tests hold
// answers against. Shares no code with plugins/reference. Formulas: docs/operators.md.
#pragma once

#include <span>
#include <vector>

#include "core/workload/op.hpp"

namespace assay {

/// Computes all outputs of a valid operator. Element order is that of row-major dims, whatever the
/// strides say; absent inputs are empty vectors (at the end they may be left out); outputs are
/// resized and not rounded to their type. Rows that the operator leaves unspecified are 0. Throws
/// Error when an index, a position or a length points outside its tensor.
void evaluate(const Op& op, std::span<const std::vector<double>> inputs,
              std::span<std::vector<double>> outputs);

}  // namespace assay
