// SPDX-License-Identifier: Apache-2.0
// The tolerance formulas, each with its source.
#include "core/workload/tolerance.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace assay {

double rerounding(Math math, Dtype operand) {
    constexpr std::array<double, 4> by_math = {0, 0x1p-10, 1.5 * 0x1p-16, 0x1p-7};
    if (operand != Dtype::f32 && operand != Dtype::f64) return 0;
    return by_math.at(static_cast<std::size_t>(math));
}

double accumulation_error(double k, double u) {
    constexpr double lambda = 4;
    const double likely = lambda * std::sqrt(k) * u;
    return k * u < 1 ? std::min(k * u / (1 - k * u), likely) : likely;
}

double slope(Activation activation) {
    constexpr std::array<double, 5> largest_slope = {1, 1, 1.13, 1.13, 1.1};
    return largest_slope.at(static_cast<std::size_t>(activation));
}

double evaluation_error(Activation activation, double step, double store) {
    const bool curved = activation != Activation::none && activation != Activation::relu;
    return curved ? std::max(16 * step, store / 4) : 0;
}

namespace {

bool all_integer(const Gemm& gemm) {
    return is_integer(gemm.a) && is_integer(gemm.b);
}

/// e_in: what the case allows and the plugin said it used, whichever is less.
double input_error(const Gemm& gemm, const Arithmetic& arithmetic) {
    const auto both = [&](Math math) {
        return (1 + rerounding(math, gemm.a)) * (1 + rerounding(math, gemm.b)) - 1;
    };
    return std::min(both(gemm.math), both(arithmetic.math));
}

/// The unit roundoff sums are kept with: what the case asks for, else what the plugin says, else
/// the wider of f32 and the operands.
double accumulator_roundoff(const Gemm& gemm, const Arithmetic& arithmetic) {
    const double f64 = unit_roundoff(Dtype::f64), f32 = unit_roundoff(Dtype::f32);
    const bool wide = gemm.a == Dtype::f64 || gemm.b == Dtype::f64;
    for (const Dtype stated : {gemm.accumulator, arithmetic.accumulator}) {
        if (const double u = stated == Dtype::none ? 0 : unit_roundoff(stated); u > 0) return u;
    }
    return wide ? f64 : f32;
}

/// Only where f32 or f64 went in, came out, and nothing else was allowed; between them every
/// honest summation order (2^-18.7 at worst) and tf32 (2^-11.7): research/statistics 5.1.
double precision_limit(const Gemm& gemm) {
    const auto all = [&](Dtype dtype) {
        return gemm.a == dtype && gemm.b == dtype && gemm.d == dtype;
    };
    const bool narrow_sums =
        gemm.accumulator == Dtype::f16 || gemm.accumulator == Dtype::bf16;  // asked for
    if (gemm.math != Math::strict || narrow_sums) return 0;
    if (all(Dtype::f64)) return gemm.accumulator == Dtype::f32 ? 0x1p-15 : 0x1p-40;
    const bool wide = (gemm.a == Dtype::f32 || gemm.a == Dtype::f64) &&
                      (gemm.b == Dtype::f32 || gemm.b == Dtype::f64);
    return wide && (gemm.d == Dtype::f32 || gemm.d == Dtype::f64) ? 0x1p-15 : 0;
}

}  // namespace

double activate(Activation activation, double x) {
    constexpr double half_root = 0.70710678118654752440;  // 1 / sqrt(2)
    switch (activation) {
        case Activation::none:
            return x;
        case Activation::relu:
            return x > 0 ? x : 0;
        case Activation::gelu:
            return 0.5 * x * std::erfc(-x * half_root);
        case Activation::gelu_tanh: {
            const double root = std::sqrt(2 / std::numbers::pi);
            return 0.5 * x * (1 + std::tanh(root * (x + 0.044715 * x * x * x)));
        }
        case Activation::silu:
            return x / (1 + std::exp(-x));
    }
    return x;
}

Tolerance::Tolerance(const Gemm& gemm, const Arithmetic& arithmetic)
    : d_(gemm.d),
      activation_(gemm.activation),
      epilogue_(gemm.bias != Dtype::none || gemm.activation != Activation::none) {
    if (is_integer(gemm.d)) return;  // everything is exact: equal after rounding to d
    const double u = accumulator_roundoff(gemm, arithmetic);
    sums_ = all_integer(gemm) ? 0
                              : input_error(gemm, arithmetic) +
                                    accumulation_error(static_cast<double>(gemm.k), u);
    store_ = unit_roundoff(gemm.d);
    step_ = gemm.d == Dtype::f64 ? unit_roundoff(Dtype::f64) : unit_roundoff(Dtype::f32);
    rms_limit_ = precision_limit(gemm);
}

double Tolerance::of_signed_sum(const RowError& row) const {
    if (is_integer(d_)) return 0;
    const double epilogue = epilogue_ ? step_ * (2 * row.results + row.bias) : 0;
    // A rounding to d is anywhere within +-u |d|, so the root mean square is u |d| / sqrt(3).
    return sums_ * (row.products + row.bias) + epilogue + store_ / std::sqrt(3) * row.results +
           std::sqrt(row.count) * smallest(d_) / 2;
}

Expected Tolerance::expect(const Exact& exact) const {
    const double before = exact.product + exact.bias;
    const double value = activate(activation_, before);
    if (is_integer(d_)) return {.value = value, .allowed = 0};
    // A bias may be added first or last; either way it takes part in the rounding of the sums.
    double allowed = sums_ * (exact.magnitude + std::fabs(exact.bias));
    if (epilogue_) {
        allowed += step_ * (std::fabs(exact.product) + std::fabs(before));
        allowed = slope(activation_) * allowed +
                  evaluation_error(activation_, step_, store_) * std::fabs(before);
    }
    allowed += store_ * (std::fabs(value) + allowed) + smallest(d_) / 2;
    return {.value = value, .allowed = allowed};
}

}  // namespace assay
