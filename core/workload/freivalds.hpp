// SPDX-License-Identifier: Apache-2.0
// One look at every element of D: D x against A (B x) for random signs x, a panel of columns at a
// time (Freivalds 1979). It sees one wrong element anywhere that is large, and no small error that
// is everywhere: that is the sampled elements' job. Private to workload. docs/proof.md.
#pragma once

#include <string>

#include "core/base/random.hpp"
#include "core/workload/check.hpp"

namespace assay {

/// False where D is no linear function of the product: activations, saturated integers.
bool freivalds_applies(const Gemm& gemm);

/// "" when D x is A (B x) + bias x in every row of every batch, within six times what the tolerance
/// of its elements lets a sum with random signs be; else which row is wrong. Rows with values past
/// the largest of d are left out. Cost: A, B and D are each read once, about 6 n^2 for n^3.
std::string freivalds_fault(const Gemm& gemm, const GemmData& data, const Arithmetic& arithmetic,
                            Random& random);

}  // namespace assay
