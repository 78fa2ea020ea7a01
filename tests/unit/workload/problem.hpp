// SPDX-License-Identifier: Apache-2.0
// A GEMM with seeded operands, and answers as a plugin would give them: sums in a chosen precision
// and order, rounded to d. Shares no code with the check's reference.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "core/workload/check.hpp"
#include "core/workload/fill.hpp"

namespace assay::test {

/// The product sum of two vectors, as some device computes it.
using Dot = std::function<double(std::span<const double> a, std::span<const double> b)>;

/// One term after the other, each sum rounded to f32.
double dot_f32(std::span<const double> a, std::span<const double> b);
/// The same from the last term to the first.
double dot_f32_backwards(std::span<const double> a, std::span<const double> b);
/// Sixteen running sums, as vector units have them.
double dot_f32_lanes(std::span<const double> a, std::span<const double> b);
double dot_f64(std::span<const double> a, std::span<const double> b);
/// Operands rounded to 11 bits first, as tensor cores do, then dot_f32_lanes.
double dot_tf32(std::span<const double> a, std::span<const double> b);
/// dot without the last term.
Dot without_last(Dot dot);

struct Problem {
    Gemm gemm;
    std::vector<std::byte> a, b, bias, d;

    Problem(const Gemm& problem, std::uint64_t seed,
            Distribution distribution = Distribution::normal);

    /// Writes D: activation(dot + bias), each step of the epilogue rounded to f32 (f64 for d =
    /// f64).
    Problem& answer(const Dot& dot);
    [[nodiscard]] Check check(const Arithmetic& arithmetic = {}, std::uint64_t seed = 7) const;
    /// Element (row, column) of the first batch's D.
    void set(std::uint64_t row, std::uint64_t column, double value);
    [[nodiscard]] double get(std::uint64_t row, std::uint64_t column) const;
};

/// A GEMM of one type: f32 for "f32", i8 * i8 -> i32 for i8, and so on.
Gemm gemm_of(Dtype operands, Dtype result, std::int64_t m, std::int64_t n, std::int64_t k);

}  // namespace assay::test
