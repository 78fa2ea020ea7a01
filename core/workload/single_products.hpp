// SPDX-License-Identifier: Apache-2.0
// Which precision operands are really used in: half of the results are a single product with a
// power of two, which no honest arithmetic changes by a bit, so what is missing was rounded away.
// research/plugin-abi 4, check 38. docs/proof.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/workload/check.hpp"

namespace assay {

/// Whether the precision of its operands shows: f32 or f64 in and as wide out, nothing narrower
/// allowed.
bool shows_precision(const Gemm& gemm);

/// The precision that a relative error of single products betrays, "f32" and "f64" for none.
std::string precision_of(Dtype operand, double error);

class SingleProducts {
public:
    /// shows_precision(gemm).
    SingleProducts(const Gemm& gemm, std::uint64_t seed);

    [[nodiscard]] std::span<const std::byte> a() const { return a_; }
    [[nodiscard]] std::span<const std::byte> b() const { return b_; }

    /// The largest relative error of the single products in D; 2 for a value that is none of them.
    [[nodiscard]] double error(std::span<const std::byte> d) const;

private:
    /// Rows of A and columns of B are full of random numbers in turns; the others have one power
    /// of two.
    struct Lone {
        std::uint64_t k = 0;
        double value = 1;
    };
    [[nodiscard]] Lone lone(std::uint64_t stream, std::uint64_t i) const;
    [[nodiscard]] GemmData data() const { return {.a = a_, .b = b_, .bias = {}, .d = {}}; }
    [[nodiscard]] double full_row_error(std::uint64_t batch, std::uint64_t i,
                                        std::span<const double> found) const;
    [[nodiscard]] double lone_row_error(std::uint64_t batch, std::uint64_t i,
                                        std::span<const double> found) const;
    void draw(std::uint64_t stream, std::uint64_t i, bool full, std::span<double> values) const;

    Gemm gemm_;
    std::uint64_t seed_;
    std::vector<std::byte> a_, b_;
};

}  // namespace assay
