// SPDX-License-Identifier: Apache-2.0
// D = alpha f(x, y, z) + beta, one element for each item.
#pragma once

#include "kernels/lanes.hpp"

namespace assay::cuda {

/// f, as assay/attrs.h numbers it; p and q are its parameters.
template <class C>
ASSAY_DEVICE C function_of(std::int64_t function, C x, C y, C z, C p, C q,
                           std::int64_t activation) {
    switch (function) {
        case 1:
            return x + y;
        case 2:
            return x * y;
        case 3:
            return x - y;
        case 4:
            return x / y;
        case 5:
            return x > y || x != x ? x : y;
        case 6:
            return activated(activation, x);
        case 7:
            return activated(activation, x) * y;
        case 8:
            return std::exp(x);
        case 9:
            return C(1) / (C(1) + std::exp(-x));
        case 10:
            return std::tanh(x);
        case 11:
            return x < y || x != x ? x : y;
        case 12:
            return std::pow(x, y);
        case 13:
            return std::sqrt(x);
        case 14:
            return C(1) / std::sqrt(x);
        case 15:
            return std::log(x);
        case 16:
            return std::fabs(x);
        case 17:
            return -x;
        case 18:
            return std::erf(x);
        case 19:
            return std::floor(x);
        case 20:
            return std::ceil(x);
        case 21:
            return std::rint(x);
        case 22:
            return std::sin(x);
        case 23:
            return std::cos(x);
        case 24:
            return C(1) / x;
        case 25:
            return x != x ? x : std::fmin(std::fmax(x, p), q);
        case 26:
            return std::fmin(std::fmax(p * x + q, C(0)), C(1));
        case 27:
            return x * std::fmin(std::fmax(x / C(6) + C(0.5), C(0)), C(1));
        case 28:
            return x < 0 ? p * x : x;
        case 29:
            return x < 0 ? p * std::expm1(x) : x;
        case 30:
            return std::fmax(x, C(0)) + std::log1p(std::exp(-std::fabs(x)));
        case 31:
            return x > 0 ? C(1) : x < 0 ? C(-1) : x;
        case 32:
            return x < 0 ? y * x : x;
        case 33:
            return x != 0 ? y : z;
        case 34:
            return x == y;
        case 35:
            return x < y;
        case 36:
            return x > y;
        case 37:
            return x == 0;
        case 38:
            return x != 0 && y != 0;
        default:
            return x != 0 || y != 0;
    }
}

/// numbers: function, activation, operands, whether alpha and beta count, and a bit for each of X,
/// Y, Z and D that is of bytes (truth values). reals: p, q, alpha, beta. layouts: X, Y, Z, D.
template <class T>
struct Elementwise {
    using C = Computed<T>;

    ASSAY_DEVICE static C operand(const Arguments& arguments, int which, std::int64_t i) {
        const Problem& problem = arguments.problem;
        if (which >= problem.numbers[2]) return C(0);
        const std::int64_t at = offset_of(problem.layouts[which], i);
        const bool is_byte = (problem.numbers[4] >> which & 1) != 0;
        return is_byte ? C(input<unsigned char>(arguments, which)[at])
                       : number(input<T>(arguments, which)[at]);
    }

    ASSAY_DEVICE static void run(const Arguments& arguments, std::int64_t i, Lanes) {
        const Problem& problem = arguments.problem;
        const double* reals = problem.reals;
        C f = function_of(problem.numbers[0], operand(arguments, 0, i), operand(arguments, 1, i),
                          operand(arguments, 2, i), C(reals[0]), C(reals[1]), problem.numbers[1]);
        if (problem.numbers[3] != 0) f = C(reals[2]) * f + C(reals[3]);
        const std::int64_t at = offset_of(problem.layouts[3], i);
        if ((problem.numbers[4] >> 3 & 1) != 0) {
            output<unsigned char>(arguments, 3)[at] = static_cast<unsigned char>(f);
        } else {
            save(output<T>(arguments, 3)[at], f);
        }
    }
};

/// D = act(x + bias): what a product still lacks. X (in the type that is computed with), bias, D.
/// layouts: X, D, whose last dimension the bias is along. numbers: activation, step of the bias,
/// whether there is one.
template <class T>
struct Finish {
    using C = Computed<T>;

    ASSAY_DEVICE static void run(const Arguments& arguments, std::int64_t i, Lanes) {
        const Problem& problem = arguments.problem;
        const Layout& to = problem.layouts[1];
        C x = input<C>(arguments, 0)[offset_of(problem.layouts[0], i)];
        if (problem.numbers[2] != 0) {
            const std::int64_t column = i % to.dims[to.rank - 1];
            x += number(input<T>(arguments, 1)[column * problem.numbers[1]]);
        }
        save(output<T>(arguments, 2)[offset_of(to, i)], activated(problem.numbers[0], x));
    }
};

}  // namespace assay::cuda
