// SPDX-License-Identifier: Apache-2.0
// Sequences of calls that no author thought of. Private to this folder.
#pragma once

#include <cstdint>

#include "core/conform/rig.hpp"

namespace assay {

/// Some hundred legal calls in a seeded random order, every content followed on the host. Throws
/// Stop when the device holds another one.
void make_random_calls(const Rig& rig, std::uint64_t seed);

/// NULL where something must be: an error, or nothing at all where destroying it is.
void make_illegal_calls(const Rig& rig);

}  // namespace assay
