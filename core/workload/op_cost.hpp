// SPDX-License-Identifier: Apache-2.0
// The work an operator stands for: counted from its shapes, never from what a device does. What is
// counted for each: docs/operators.md. The operator must be valid (op_shape.hpp).
#pragma once

#include <cstdint>

#include "core/workload/op.hpp"

namespace assay {

/// Nominal floating-point (or integer) operations; 0 for what only moves data.
double flop(const Op& op);

/// The least traffic in bytes: each input read once, each output written once, scales included. A
/// gather and a slice read only what they take; a scatter writes only what it appends.
double least_bytes(const Op& op);

/// True when rates are counted in op/s: the operands are integers.
bool counts_integer_operations(const Op& op);

/// Pairs of query and key that one head of one batch computes: queries s, keys t, all valid.
/// causal: query i sees keys up to t - s + i; window w > 0: no key before t - s + i - w + 1.
double seen_pairs(const AttentionAttrs& attrs, std::int64_t queries, std::int64_t keys);

}  // namespace assay
