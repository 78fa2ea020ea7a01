// SPDX-License-Identifier: Apache-2.0
// A GEMM of dense integers whose answer is small and known to the last bit: every column of A is
// there twice and every row of B once more with the other sign, but for a few units, in an order
// that nobody is told. What drops, swaps or adds one of the k terms breaks the cancellation.
// Construction: research/statistics 5.2, docs/proof.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/workload/check.hpp"

namespace assay {

/// Why this GEMM has no exact answer, "" when it has one.
std::string no_exact_answer(const Gemm& gemm, const Arithmetic& arithmetic);

class ExactGemm {
public:
    /// Draws the operands; they are packed as `gemm` says.
    ExactGemm(const Gemm& gemm, std::uint64_t seed);

    [[nodiscard]] std::span<const std::byte> a() const { return a_; }
    [[nodiscard]] std::span<const std::byte> b() const { return b_; }
    [[nodiscard]] std::span<const std::byte> bias() const { return bias_; }

    /// Holds every element of D against its exact value; each must be equal.
    [[nodiscard]] Check check(std::span<const std::byte> d) const;
    /// The right D.
    void store_answer(std::span<std::byte> d) const;

private:
    /// What is left of a column of B after cancelling: a sign for some of the k.
    struct Unit {
        std::uint32_t k = 0;
        float sign = 1;
    };

    void draw_a(std::uint64_t seed);
    void draw_b(std::uint64_t seed);
    void cancel(std::span<double> column, std::span<Unit> units, std::uint64_t stream,
                std::uint64_t seed) const;
    [[nodiscard]] std::span<const Unit> units(std::uint64_t matrix, std::uint64_t column) const;
    /// Row `row` of D of a batch, rounded to its type.
    void expect(std::uint64_t batch, std::uint64_t row, std::span<double> out) const;
    [[nodiscard]] std::string wrong_rows(std::uint64_t batch, std::span<const std::byte> d) const;

    Gemm gemm_;
    std::uint64_t k_, pairs_, units_each_;
    std::vector<std::uint32_t> order_;  ///< Pair i is at order[2 i] and order[2 i + 1].
    std::vector<Unit> units_;           ///< By matrix and column.
    std::vector<std::byte> a_, b_, bias_;
};

}  // namespace assay
