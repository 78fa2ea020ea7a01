// SPDX-License-Identifier: Apache-2.0
// Wrong answers and deaths, on demand: what the host's checks and its supervisor are tested with.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "plugins/reference/gemm.hpp"
#include "plugins/reference/ops.hpp"
#include "plugins/simulated/cost.hpp"
#include "plugins/simulated/options.hpp"

namespace simulated {

/// Ends or stops the process when the device's `count`-th enqueue (from 1) is scripted to.
void die_at(const Faults& faults, std::int64_t count);

/// SIGSEGV when the script says "crash in this call". call: "open", "prepare", "wait".
void die_in(const Faults& faults, const char* call);

/// The fault of an operator's `count`-th enqueue (from 1); none for those it does not hit.
Fault fault_of(const Faults& faults, std::int64_t count);

/// What one faulty answer is made of.
struct Spoil {
    Fault fault = Fault::none;
    std::uint64_t seed = 0;   ///< of the choices of flip_bit
    std::uint64_t bit = 1;    ///< that it flips, from the highest
    std::uint64_t index = 0;  ///< invocation
};

/// Answers of one prepared operator, right or wrong.
class Answers {
public:
    /// Throws sdk::Error as reference::plan_of() does.
    Answers(const assay::sdk::Op& op, Fault fault);

    /// Throws sdk::Error INVALID when a binding is missing or too small.
    void check(const assay::sdk::Bindings& io);
    /// Computes the outputs, spoils the first or not.
    void compute(const assay::sdk::Bindings& io, const Spoil& spoil);

    assay_dtype accumulator() const { return loops_.plan().accumulator; }

private:
    void multiply(const assay::sdk::Bindings& io, Fault fault);
    void spoil_bytes(char* output, const Spoil& spoil, std::uint64_t overrun_bytes) const;
    void remember_first(const void* output);
    void flip_bit(void* output, const Spoil& spoil) const;

    reference::Operator loops_;
    std::optional<reference::Gemm> gemm_;  ///< of a matmul with a fault that its loops know
    std::uint64_t output_bytes_;
    std::vector<char> first_;  ///< the first answer, for `stale`
    bool have_first_ = false;
};

}  // namespace simulated
