// SPDX-License-Identifier: Apache-2.0
// The device whose own kernels are tested by kernels_*_test.cpp: one of the opencl plugin's, or the
// pretended one of the cuda plugin's sources. Each has a program of its own.
#pragma once

#include <vector>

#if defined(ASSAY_PRETENDED_CUDA)
#include "tests/plugins/cuda_product.hpp"
#else
#include "tests/plugins/opencl_device.hpp"
#endif

namespace assay::test {

#if defined(ASSAY_PRETENDED_CUDA)
inline const Session& kernels_device() {
    static const Pretended device;
    return device.session;
}
inline std::vector<assay_dtype> real_types() {
    return {ASSAY_F32, ASSAY_F64, ASSAY_F16, ASSAY_BF16};
}
#define KERNELS_DEVICE_OR_RETURN static_assert(true, "")
#else
inline const Session& kernels_device() {
    return opencl_device();
}
/// What device 0 computes with.
inline std::vector<assay_dtype> real_types() {
    if (opencl_has_f64()) return {ASSAY_F32, ASSAY_F64};
    return {ASSAY_F32};
}
#define KERNELS_DEVICE_OR_RETURN OPENCL_DEVICE_OR_RETURN
#endif

inline bool has_f64() {
    return real_types().size() > 1;
}

}  // namespace assay::test
