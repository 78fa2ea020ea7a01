// SPDX-License-Identifier: Apache-2.0
// The elements of inputs, constants and states: a pure function of the value's name, its rule and
// a seed, so that two graphs of one model (prompt, decode) have the same weights.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/graph/graph.hpp"

namespace assay {

/// Drawn numbers repeat after this many elements (2 (2^19 - 1)): so filling a model of gigabytes is
/// copying, and no width of a published matrix divides it.
inline constexpr std::uint64_t fill_period = 1048574;

/// The random stream of a value: FNV-1a (64 bit) of its name.
std::uint64_t stream_of(std::string_view name);

/// Fills all of `out`, which holds the packed elements of the value. Throws Error when
/// Filling::listed lists, or Filling::stored holds, another number of elements.
void fill(std::span<std::byte> out, const Value& value, std::uint64_t seed);

}  // namespace assay
