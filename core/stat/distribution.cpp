// SPDX-License-Identifier: Apache-2.0
// Distribution functions. The incomplete beta function's factor x^a y^b / B(a, b) is computed by
// Loader's saddle-point form, because differences of lgamma lose digits for a, b in the thousands.
#include "core/stat/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/random.hpp"

namespace assay {
namespace {

/// ln z! - ln(sqrt(2 pi z) (z/e)^z): the error of Stirling's formula, z > 0. DLMF 5.11.1.
double stirling_error(double z) {
    double shift = 0;
    // From z! = (z+1)! / (z+1): up to where the series is exact to 1e-17.
    while (z < 16) {
        shift += (z + 0.5) * std::log1p(1 / z) - 1;
        z += 1;
    }
    const double w = 1 / (z * z);
    const double series =
        1.0 / 12 - w * (1.0 / 360 - w * (1.0 / 1260 - w * (1.0 / 1680 - w / 1188)));
    return shift + series / z;
}

/// x ln(x / m) + m - x without cancellation: Loader 2000, "Fast and accurate computation of
/// binomial probabilities", D_0.
double deviance(double x, double m) {
    const double v = (x - m) / (x + m);
    if (std::abs(v) >= 0.1) return x * std::log(x / m) + m - x;
    double sum = (x - m) * v;
    double term = 2 * x * v;
    for (int j = 3;; j += 2) {
        term *= v * v;
        const double next = sum + term / j;
        if (next == sum) return sum;
        sum = next;
    }
}

/// The point (x, 1 - x) with both parts exact: the smaller one must not come from a subtraction.
struct Point {
    double x, y;
};

/// x^a y^b / B(a, b). Loader 2000, for real a and b.
double beta_factor(double a, double b, Point at) {
    const double n = a + b;
    const double exponent = stirling_error(n) - stirling_error(a) - stirling_error(b) -
                            deviance(a, n * at.x) - deviance(b, n * at.y);
    return std::exp(exponent) * std::sqrt(a * b / (2 * std::numbers::pi * n));
}

/// One step of Lentz's method (Press et al., Numerical Recipes, 3rd ed., section 5.2).
struct Lentz {
    double value = 1, c = 1, d = 0;
    double step(double coefficient) {
        constexpr double tiny = 1e-300;
        d = 1 + coefficient * d;
        c = 1 + coefficient / c;
        if (std::abs(d) < tiny) d = tiny;
        if (std::abs(c) < tiny) c = tiny;
        d = 1 / d;
        value *= c * d;
        return std::abs(c * d - 1);
    }
};

/// The continued fraction DLMF 8.17.22 for x < (a+1)/(a+b+2), there in O(sqrt(max(a, b))) steps.
double beta_fraction(double a, double b, double x) {
    constexpr int most_steps = 200'000;
    Lentz fraction;
    for (int m = 0; m < most_steps; ++m) {
        const double k = a + 2 * m;
        fraction.step(-(a + m) * (a + b + m) * x / (k * (k + 1)));
        const double even = (m + 1) * (b - m - 1) * x / ((k + 1) * (k + 2));
        if (fraction.step(even) < 1e-16) break;
    }
    return 1 / fraction.value;
}

double beta_at(double a, double b, Point at) {
    if (at.x <= 0) return 0;
    if (at.y <= 0) return 1;
    const double factor = beta_factor(a, b, at);
    if (at.x <= (a + 1) / (a + b + 2)) return factor / a * beta_fraction(a, b, at.x);
    return 1 - factor / b * beta_fraction(b, a, at.y);
}

/// Where I_x(df/2, 1/2) is taken for Student's t (DLMF 8.17, Abramowitz & Stegun 26.7.1).
Point student_point(double t, double df) {
    const double square = t * t;
    if (std::isinf(square)) return {0, 1};
    return {df / (df + square), square / (df + square)};
}

/// P(T < -t) and P(0 < T < t) for t > 0.
double student_tail(double t, double df) {
    return beta_at(df / 2, 0.5, student_point(t, df)) / 2;
}
double student_middle(double t, double df) {
    const Point at = student_point(t, df);
    return beta_at(0.5, df / 2, {at.y, at.x}) / 2;
}

/// t > 0 with P(T < -t) = tail, by Newton's method on the logarithms of t and of the probability:
/// there a power law, which the tail of t is, is a straight line.
double student_from_tail(double tail, double df) {
    const double z = -normal_inverse(tail);
    double t = z + (z * z * z + z) / (4 * df);  // Cornish-Fisher; A&S 26.7.5
    const bool outside = tail < 0.25;
    const double goal = outside ? tail : 0.5 - tail;
    for (int i = 0; i < 200; ++i) {
        const double slope = beta_factor(df / 2, 0.5, student_point(t, df));
        const double reached = outside ? student_tail(t, df) : student_middle(t, df);
        const double miss = std::log(reached / goal) * reached / slope;
        const double step = std::clamp(outside ? miss : -miss, -2.0, 2.0);
        t *= std::exp(step);
        if (std::abs(step) < 1e-9) break;  // The next error is of the order of its square.
    }
    return t;
}

}  // namespace

double normal_cdf(double x) {
    return std::erfc(-x / std::numbers::sqrt2) / 2;
}

double normal_quantile(double p) {
    return normal_inverse(p);
}

double incomplete_beta(double a, double b, double x) {
    return beta_at(a, b, {x, 1 - x});
}

double student_cdf(double t, double df) {
    if (std::isinf(df)) return normal_cdf(t);
    if (t == 0) return 0.5;
    return t > 0 ? 1 - student_tail(t, df) : student_tail(-t, df);
}

double student_quantile(double p, double df) {
    if (p == 0.5) return 0;
    if (std::isinf(df)) return normal_quantile(p);
    return p < 0.5 ? -student_from_tail(p, df) : student_from_tail(1 - p, df);
}

double binomial_cdf(std::int64_t k, std::int64_t n, double p) {
    if (k < 0) return 0;
    if (k >= n) return 1;
    // DLMF 8.17.5: P(X <= k) = I_{1-p}(n - k, k + 1).
    return beta_at(static_cast<double>(n - k), static_cast<double>(k + 1), {1 - p, p});
}

}  // namespace assay
