// SPDX-License-Identifier: Apache-2.0
// How many tensors a function of ASSAY_OP_ELEMENTWISE takes. Not part of sdk.hpp: include it where
// it is wanted.
#pragma once

#include "assay/attrs.h"

namespace assay {
namespace sdk {

/// 1, 2 or 3; 0 for a function that this header does not know.
inline int elementwise_operands(int function) {
    static constexpr int unary[] = {
        ASSAY_EW_ACTIVATION, ASSAY_EW_EXP,          ASSAY_EW_SIGMOID,    ASSAY_EW_TANH,
        ASSAY_EW_SQRT,       ASSAY_EW_RSQRT,        ASSAY_EW_LOG,        ASSAY_EW_ABS,
        ASSAY_EW_NEG,        ASSAY_EW_ERF,          ASSAY_EW_FLOOR,      ASSAY_EW_CEIL,
        ASSAY_EW_ROUND,      ASSAY_EW_SIN,          ASSAY_EW_COS,        ASSAY_EW_RECIPROCAL,
        ASSAY_EW_CLIP,       ASSAY_EW_HARD_SIGMOID, ASSAY_EW_HARD_SWISH, ASSAY_EW_LEAKY_RELU,
        ASSAY_EW_ELU,        ASSAY_EW_SOFTPLUS,     ASSAY_EW_SIGN,       ASSAY_EW_NOT};
    if (function < ASSAY_EW_ADD || function > ASSAY_EW_OR) return 0;
    if (function == ASSAY_EW_WHERE) return 3;
    for (const int each : unary) {
        if (each == function) return 1;
    }
    return 2;
}

}  // namespace sdk
}  // namespace assay
