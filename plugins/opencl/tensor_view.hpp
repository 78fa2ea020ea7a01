// SPDX-License-Identifier: Apache-2.0
// Tensors as the operators' kernels see them (assay/sdk/strided.hpp), and the parameters of one
// launch.
#pragma once

#include <cstdint>

#include "assay/sdk.hpp"
#include "assay/sdk/strided.hpp"

namespace assay::opencl {

using sdk::Layout;  // the same members as Layout of kernels/tensor.cl
using sdk::merge;
using sdk::require;
using sdk::unsupported;
using sdk::View;
using sdk::view_of;

/// The same members as Problem of kernels/tensor.cl.
struct Problem {
    Layout layouts[6];
    std::int64_t numbers[64] = {};
};

}  // namespace assay::opencl
