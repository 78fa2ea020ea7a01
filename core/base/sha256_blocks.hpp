// SPDX-License-Identifier: Apache-2.0
// The compression function of SHA-256 over whole blocks, with the processor's SHA instructions
// where it has them. FIPS 180-4, section 6.2.2.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace assay {

using Sha256State = std::array<std::uint32_t, 8>;

/// Takes `count` blocks of 64 bytes into the state.
void sha256_blocks(Sha256State& state, const unsigned char* blocks, std::size_t count);

/// The same in plain C++: on processors without the instructions, and for the test of them.
void sha256_blocks_portable(Sha256State& state, const unsigned char* blocks, std::size_t count);

}  // namespace assay
