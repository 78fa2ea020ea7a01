// SPDX-License-Identifier: Apache-2.0
// Sums of products and what follows them: shared by products, grouped products and convolutions.
// Private to workload. Tolerance: the model of a GEMM (core/workload/tolerance.hpp).
#pragma once

#include <cmath>

#include "core/workload/op_truth.hpp"
#include "core/workload/tolerance.hpp"

namespace assay {

/// sum a b, sum |a b| and sum (a b)^2.
struct ProductSum {
    double product = 0, magnitude = 0, squares = 0;

    void add(double a, double b) {
        const double term = a * b;
        product += term;
        magnitude += std::fabs(term);
        squares += term * term;
    }
};

/// What is done with a sum of `terms` products: activation(alpha sum + added).
struct Epilogue {
    double terms = 1;
    double alpha = 1;
    double added = 0, added_magnitude = 0;
    bool rounds = false;       ///< A bias, a scale, an activation: more steps than the sum.
    bool dequantises = false;  ///< Operands were unpacked, perhaps to the other operand's type.
    bool exact = false;        ///< Integers all the way.
    Activation activation = Activation::none;

    void add(double value) {
        added += value;
        added_magnitude += std::fabs(value);
    }
};

ExactElement finish(const ProductSum& sum, const Epilogue& epilogue, const Units& units);

/// activation(x), x being off by `allowed` at most.
ExactElement activated(Activation activation, double x, double allowed, const Units& units);

}  // namespace assay
