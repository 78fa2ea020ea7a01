// SPDX-License-Identifier: Apache-2.0
// What an operator's outputs must look like, and what makes no sense about it. Rules of each
// operator: docs/operators.md; tables of them: op_shape_rules.hpp.
#pragma once

#include <string>

#include "core/workload/op.hpp"

namespace assay {

/// Fills the dims of op.outputs, and the dtype where none is given. Dims already there are kept
/// only where they tell something: of a slice (its end), an expand, a resize and a pool. "" or what
/// is wrong: "conv: X has 64 channels, W wants 32".
std::string infer(Op& op);

/// "" when the operator makes sense, outputs included; else the first thing that is wrong.
std::string invalid(const Op& op);

}  // namespace assay
