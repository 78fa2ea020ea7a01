// SPDX-License-Identifier: Apache-2.0
// What chance, a bad disk or a stranger does to a text: bits flipped, pieces cut, doubled, swapped
// or taken from another file, numbers and words that readers stumble over. The same for the same
// seed. It knows no format.
#pragma once

#include <string>

#include "core/base/random.hpp"

namespace assay::hostile {

/// `text` after one to four such accidents; pieces of `other` may get into it.
std::string mutated(std::string text, const std::string& other, Random& random);

/// A result file whose lines each carry the hash of the line before again: its records, not only
/// its chain, are then what a reader sees.
std::string rechained(const std::string& text);

}  // namespace assay::hostile
