// SPDX-License-Identifier: Apache-2.0
// The one door to our own kernels.
#pragma once

#include <cuda_runtime_api.h>

#include "kernels/problem.hpp"

namespace assay::cuda {

enum class Kernel {
    elementwise,
    finish,
    softmax,
    norm,
    reduce,
    gather_bags,
    rope,
    attention,
    conv,
    pool,
    copy,
    pad,
    gather,
    scatter,
    fill
};

/// What kernels compute with, or how wide what they only move is.
enum class Element { f32, f64, f16, bf16, bytes1, bytes2, bytes4, bytes8 };

struct Call {
    Kernel kernel = Kernel::copy;
    Element element = Element::f32;
    std::int64_t items = 0;
    Arguments arguments;
};

/// Puts it on the stream of the current device.
cudaError_t launch(const Call& call, cudaStream_t stream);

/// Loads the kernel onto the current device, so that the first launch does not; says when there is
/// no code for the device.
cudaError_t load(const Call& call);

}  // namespace assay::cuda
