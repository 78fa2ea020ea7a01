// SPDX-License-Identifier: Apache-2.0
// A file of numbers that inputs are taken from (`data_file` of a suite): f32, little-endian, one
// after another, nothing else; numpy writes it with tofile(). No format with a head: there is
// nothing to misread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/suite/case.hpp"

namespace assay {

constexpr std::uint64_t most_data_bytes = std::uint64_t{1} << 30;

/// The numbers in `bytes`. Throws Error, which names the file, when they are none, cut within a
/// number, or not all finite.
std::vector<float> parse_numbers(const std::string& bytes, const std::string& name);

/// What the case's inputs are taken from; none without protocol.data. Throws Error when the file is
/// not there, or not what it was when the suite was read.
std::vector<float> numbers_of(const Case& each);

}  // namespace assay
