// SPDX-License-Identifier: Apache-2.0
// The device's answer to an operator held against the exact one, within what rounding alone may do.
// Tolerances of each operator and what is sampled: docs/operators.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/workload/check.hpp"
#include "core/workload/op.hpp"

namespace assay {

/// Tensors as the device has them, in the order of op.inputs or op.outputs, strides included;
/// absent inputs are empty spans.
using ByteSpans = std::span<const std::span<const std::byte>>;

/// Compares every element where that is cheap, else a seeded sample that covers every index of
/// every dimension of moderate size; reads all of the outputs for elements never written (poison:
/// all bits set). `inputs` are as they were before the call (a scatter writes over its cache).
/// Errors in Check are relative to the sum of the magnitudes of the element's terms. Throws Error
/// when a tensor is too small or an index points outside its tensor.
Check check_op(const Op& op, ByteSpans inputs, ByteSpans outputs, const Arithmetic& arithmetic,
               std::uint64_t seed);

}  // namespace assay
