// SPDX-License-Identifier: Apache-2.0
// Distribution functions: normal, Student t, binomial, by the regularised incomplete beta function.
// Relative error <= 1e-12 up to 1,000 degrees of freedom (tests hold 60-digit references).
#pragma once

#include <cstdint>

namespace assay {

double normal_cdf(double x);
double normal_quantile(double p);  ///< 0 < p < 1.
/// I_x(a, b): continued fraction of Lentz, swapped at x = (a+1)/(a+b+2). DLMF 8.17.22.
double incomplete_beta(double a, double b, double x);
double student_cdf(double t, double df);
double student_quantile(double p, double df);  ///< 0 < p < 1, df > 0 (may be fractional).
double binomial_cdf(std::int64_t k, std::int64_t n, double p);  ///< P(X <= k).

}  // namespace assay
