// SPDX-License-Identifier: Apache-2.0
// The activations (ASSAY_ACT_*), exactly, in double.
#pragma once

#include <cmath>

#include "assay/attrs.h"

namespace reference {

inline bool known_activation(int activation) {
    return activation >= ASSAY_ACT_NONE && activation <= ASSAY_ACT_SILU;
}

inline double activate(int activation, double x) {
    switch (activation) {
        case ASSAY_ACT_RELU:
            return x < 0 ? 0 : x;
        case ASSAY_ACT_GELU:  // Hendrycks & Gimpel 2016
            return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0)));
        case ASSAY_ACT_GELU_TANH: {  // the same paper's approximation; 0.7978... is sqrt(2 / pi)
            const double inner = 0.7978845608028654 * (x + 0.044715 * x * x * x);
            return 0.5 * x * (1 + std::tanh(inner));
        }
        case ASSAY_ACT_SILU:
            return x / (1 + std::exp(-x));
        default:
            return x;
    }
}

}  // namespace reference
