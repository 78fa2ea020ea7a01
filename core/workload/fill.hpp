// SPDX-License-Identifier: Apache-2.0
// Input data: a named distribution and a seed give the same bytes on every machine
// (core/base/random.hpp). Never zeros, never constants: both change speed and hide wrong answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/workload/dtype.hpp"

namespace assay {

/// normal: N(0, 1); integers round N(0, s), s = 32 (8-bit and wider), 2 (4-bit), unsigned ones
/// around the middle of their range.  uniform: on (-1, 1), integers over their whole range (i8 and
/// i32 on [-127, 127]).  integers: -4 … 4 (unsigned 0 … 8), exact in every type.
/// hpl: on (-1/2, 1/2), integers as uniform.  file: numbers of a file of the user's, integers
/// rounded.
enum class Distribution { normal, uniform, integers, hpl, file };

/// Which numbers: element i of a tensor is a pure function of (seed, stream, i, dtype).
struct FillSpec {
    Distribution distribution = Distribution::normal;
    std::uint64_t seed = 1;
    std::uint64_t stream = 0;          ///< One for each tensor and rotated copy.
    std::span<const float> numbers{};  ///< Of `file`: finite, at least one.
};

/// Fills all of `out`, which holds whole elements of `dtype`.
void fill(std::span<std::byte> out, Dtype dtype, const FillSpec& spec);

}  // namespace assay
