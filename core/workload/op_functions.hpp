// SPDX-License-Identifier: Apache-2.0
// The functions of an elementwise operator in double, and how ill each is conditioned. Private to
// workload.
#pragma once

#include <array>

#include "core/workload/op.hpp"

namespace assay {

/// The value, and what a step's rounding is multiplied with; 0: the function is exact.
struct FunctionValue {
    double value = 0;
    double roundings = 0;  ///< Absolute: |value| for one correctly rounded operation.
    bool curved = false;   ///< A polynomial in most libraries (evaluation_error in tolerance.hpp).
};

/// x, y, z: the operands (unused ones are ignored). whole: an integer result, divisions truncate.
FunctionValue apply(const ElementwiseAttrs& attrs, const std::array<double, 3>& operands,
                    bool whole);

}  // namespace assay
