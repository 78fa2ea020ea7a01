// SPDX-License-Identifier: Apache-2.0
// Element types as bits and back, by the formats' own definitions (IEEE 754-2019; OCP OFP8 1.0).
// Shares no code with core/workload: two ways to the same answer are the point.
#pragma once

#include <cstdint>

#include "assay/dtype.h"

namespace reference {

/// Whether load() knows it, and whether store() does.
bool readable(assay_dtype dtype);
bool writable(assay_dtype dtype);
bool is_integer(assay_dtype dtype);

/// Element i of a packed array, exactly. i: in elements; 4-bit types lie two in a byte, low half
/// first.
double load(const void* array, assay_dtype dtype, std::int64_t i);

/// Stores the nearest value, ties to even. Integers and 8-bit floats saturate; NaN becomes 0 in an
/// integer. Wider floats overflow to infinity.
void store(void* array, assay_dtype dtype, std::int64_t i, double value);

/// value with its significand rounded to `fraction_bits` after the leading one, ties to even; what
/// hardware does to operands in TF32 (10) or bf16 (7) mode. Exponent range is not narrowed.
double round_significand(double value, int fraction_bits);

}  // namespace reference
