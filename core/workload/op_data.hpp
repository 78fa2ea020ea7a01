// SPDX-License-Identifier: Apache-2.0
// What an operator's inputs are filled with. Ordinary tensors hold the case's distribution; those
// with a meaning of their own (indices, positions, lengths, rows, variances) hold values that make
// sense, from the same seed. Same bytes on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/workload/fill.hpp"
#include "core/workload/op.hpp"

namespace assay {

/// Values of inputs whose meaning the types alone do not say.
struct InputHints {
    std::int64_t position = 0;  ///< scatter, rope: where the first token stands.
    std::int64_t length = 0;    ///< attention: valid keys; 0: all.
};

/// The bytes of input `input`, which is present: byte_count() of them, dense.
std::vector<std::byte> make_input(const Op& op, std::size_t input, const FillSpec& spec,
                                  const InputHints& hints);

/// True when output 0 is the same memory as input 0: a scatter appends to its cache.
bool works_in_place(const Op& op);

}  // namespace assay
