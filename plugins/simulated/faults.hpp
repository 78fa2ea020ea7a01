// SPDX-License-Identifier: Apache-2.0
// Wrong answers and deaths, on demand: what the host's checks and its supervisor are tested with.
#pragma once

#include <cstdint>
#include <vector>

#include "plugins/reference/gemm.hpp"
#include "plugins/simulated/options.hpp"

namespace simulated {

/// Ends or stops the process when the device's `count`-th enqueue (from 1) is scripted to.
void die_at(const Faults& faults, std::int64_t count);

/// SIGSEGV when the script says "crash in this call". call: "open", "prepare", "wait".
void die_in(const Faults& faults, const char* call);

/// The fault of an operator's `count`-th enqueue (from 1), none for most.
Fault fault_of(const Faults& faults, std::int64_t count);

/// What one faulty answer is made of.
struct Spoil {
    Fault fault = Fault::none;
    std::uint64_t seed = 0;   ///< of the choices of flip_bit
    std::uint64_t index = 0;  ///< invocation
};

/// Answers of one prepared operator, right or wrong.
class Answers {
public:
    Answers(const assay::sdk::Matmul& shape, Fault fault);

    /// Computes D, spoiled or not. overrun_bytes: what lies behind the output in its buffer.
    void compute(const reference::Operands& at, const Spoil& spoil, std::uint64_t overrun_bytes);

    std::uint64_t output_bytes() const { return output_bytes_; }

private:
    void remember_first(const void* output);
    void flip_bit(void* output, const Spoil& spoil) const;

    reference::Gemm gemm_;
    std::uint64_t output_bytes_;
    std::vector<char> first_;  ///< the first answer, for `stale`
    bool have_first_ = false;
};

}  // namespace simulated
