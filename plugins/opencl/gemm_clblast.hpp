// SPDX-License-Identifier: Apache-2.0
// A matmul by CLBlast as one of the calls that can be chosen. It multiplies only: no bias, no
// activation.
#pragma once

#include <memory>

#include "gemm_call.hpp"

namespace assay::opencl {

/// For a shape that CLBlast takes. C is copied to D first; a batch is one call when its matrices
/// are dense and follow one another, else a call for each.
std::unique_ptr<GemmCall> clblast_call(Device& device, const GemmShape& shape, GemmType type,
                                       Scales scales);

}  // namespace assay::opencl
