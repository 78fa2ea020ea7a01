// SPDX-License-Identifier: Apache-2.0
// Which parts of an operator's outputs are compared. Private to workload.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/random.hpp"
#include "core/workload/op_truth.hpp"

namespace assay {

/// True when all parts are compared: they cost at most 2^23 multiply-adds.
bool compares_everything(const Truth& truth);

/// All parts, or: the corners of the grid, what the truth finds notable, and as many others as 2^23
/// multiply-adds allow (at least 16), so spread that every index of a dimension not longer than
/// their number is among them (a Latin hypercube: McKay, Beckman & Conover 1979). Ascending.
std::vector<std::uint64_t> sample_parts(const Truth& truth, Random& random);

}  // namespace assay
