// SPDX-License-Identifier: Apache-2.0
// A few elements of a GEMM's answer, poisoned before a call and held against the truth after it:
// so cheap that it is done between timed batches. With inputs that were changed a little, among
// them are some that must come out differently, so that a kept answer is wrong. docs/proof.md.
#pragma once

#include <string>
#include <vector>

#include "core/base/random.hpp"
#include "core/measure/tensors.hpp"
#include "core/workload/check.hpp"

namespace assay {

class GemmSpots {
public:
    explicit GemmSpots(const Gemm& gemm) : gemm_(gemm) {}

    /// `exchanged` are the pieces of A that were, of no bytes: none.
    void arm(const Tensors& tensors, int set, const Exchange& exchanged, Random& random);
    /// What is wrong with one of them, or "".
    [[nodiscard]] std::string look(const Tensors& tensors, int set,
                                   const Arithmetic& arithmetic) const;

private:
    [[nodiscard]] GemmElement anywhere(Random& random) const;
    [[nodiscard]] std::uint64_t place(const GemmElement& element) const;
    [[nodiscard]] GemmElement of_piece(std::uint64_t offset, Random& random) const;

    Gemm gemm_;
    bool exchanged_ = false;
    std::vector<GemmElement> spots_;
};

/// Two pieces of `bytes` bytes of elements of `bits` bits; of no bytes where there are not two.
Exchange choose_exchange(std::uint64_t bytes, int bits, Random& random);

}  // namespace assay
