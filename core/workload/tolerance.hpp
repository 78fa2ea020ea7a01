// SPDX-License-Identifier: Apache-2.0
// How far rounding alone may move an element of D, and when its precision class is judged.
// Private to workload. Model: research/statistics 5.1, told in docs/checking.md.
#pragma once

#include "core/workload/check.hpp"

namespace assay {

/// The exact sums of one element and its bias.
struct Exact {
    double product = 0;    ///< sum a b.
    double magnitude = 0;  ///< sum |a b|.
    double bias = 0;
};

/// The value an exact machine would store, before rounding to d, and how far from it is allowed.
struct Expected {
    double value = 0;
    double allowed = 0;  ///< 0: must be equal, after rounding to d.
};

/// Root sums of squares over some elements of a row, for the error of their sum with random signs.
struct RowError {
    double products = 0;  ///< |a| |b_j|, at least sum |a b| of each.
    double bias = 0, results = 0;
    double count = 0;  ///< Elements.
};

/// Judges elements of one GEMM; constants are worked out once.
class Tolerance {
public:
    Tolerance(const Gemm& gemm, const Arithmetic& arithmetic);

    [[nodiscard]] Expected expect(const Exact& exact) const;
    /// At least the root of the sum of the squares of how far each element is off when it is right.
    [[nodiscard]] double of_signed_sum(const RowError& row) const;
    /// The limit of the precision class; 0: not judged.
    [[nodiscard]] double rms_limit() const { return rms_limit_; }

private:
    Dtype d_;
    Activation activation_;
    bool epilogue_;     // a bias or an activation: more roundings
    double sums_ = 0;   // e_in + e_acc
    double step_ = 0;   // unit roundoff of a step of the epilogue
    double store_ = 0;  // unit roundoff of d
    double rms_limit_ = 0;
};

/// The activation in double. gelu: x Phi(x); gelu_tanh: Hendrycks & Gimpel 2016; silu: x /
/// (1+e^-x).
double activate(Activation activation, double x);

/// Relative error of re-rounding an operand: 0 when it fits already.
/// tf32: 11 bits, truncated by some hardware. bf16x3: two bf16 parts, low x low dropped. any: bf16.
double rerounding(Math math, Dtype operand);

/// e_acc = min(gamma_k, lambda sqrt(k) u). gamma_k: Higham 2002, section 3.1, worst case. sqrt(k):
/// Higham & Mary 2019, with lambda = 4 from simulation (research/statistics 5.1).
double accumulation_error(double k, double u);

/// Largest slope of the activation: it multiplies the error of its argument.
/// gelu: Phi(x) + x phi(x) is largest at sqrt(2), 1.1290; silu: 1.0999.
double slope(Activation activation);

/// A gelu or silu is a polynomial in most libraries: 16 roundings of its argument, or a quarter of
/// the rounding of d where that is more (chosen: oneDNN 2.6 stays below 4).
double evaluation_error(Activation activation, double step, double store);

}  // namespace assay
