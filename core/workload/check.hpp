// SPDX-License-Identifier: Apache-2.0
// The device's answer held against the exact one. No number exists without a passed check.
// Tolerance model and precision class: research/statistics 5.1 (docs/checking.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>

#include "core/workload/gemm.hpp"

namespace assay {

/// What a check came to. Errors are relative to sum_k |a_ik| |b_kj| of their element.
struct Check {
    bool passed = false;
    std::string method;          ///< "sampled rows, columns and elements in f64".
    std::uint64_t elements = 0;  ///< How many were compared.
    double max_error = 0;
    double tolerance = 0;  ///< For the element with the largest error / tolerance.
    double worst = 0;      ///< Largest error / tolerance; passes at most 1.
    double rms_error = 0;  ///< rms of error / sqrt(sum a^2 b^2): the precision class.
    double rms_limit = 0;  ///< 0: not judged (results rounded to a narrow type).
    std::string reason;    ///< "" when passed; else where, what was expected and found.
};

template <class Self, class Visitor>
void describe(Self& check,
              Visitor&& field) requires std::is_same_v<std::remove_const_t<Self>, Check> {
    field("passed", check.passed);
    field("method", check.method);
    field("elements", check.elements);
    field("max_error", check.max_error);
    field("tolerance", check.tolerance);
    field("worst", check.worst);
    field("rms_error", check.rms_error);
    field("rms_limit", check.rms_limit);
    field("reason", check.reason);
}

/// Operands and result as the device saw them; borrowed, packed as Gemm says.
struct GemmData {
    std::span<const std::byte> a, b, bias, d;
};

/// What a plugin said it did: decides which rounding errors are its right.
struct Arithmetic {
    Dtype accumulator = Dtype::none;
    Math math = Math::strict;
};

/// One element of D as it was found.
struct GemmElement {
    std::uint64_t batch = 0, row = 0, column = 0;
    double found = 0;
};
/// Whether it is what it should be. `data.d` is not read.
bool element_is_right(const Gemm& gemm, const GemmData& data, const Arithmetic& arithmetic,
                      const GemmElement& element);

/// Compares seeded random rows, columns and elements, the corners and tile borders of every sampled
/// batch with dot products in double (exact for integers), and every row of every batch by
/// Freivalds' check where not every element was compared. Cost: 4 rows and columns, and D, A and B
/// read once.
Check check_gemm(const Gemm& gemm, const GemmData& data, const Arithmetic& arithmetic,
                 std::uint64_t seed);

}  // namespace assay
