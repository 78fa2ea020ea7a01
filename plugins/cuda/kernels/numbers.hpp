// SPDX-License-Identifier: Apache-2.0
// Elements and what is computed with them: f64 in double, all others in float, rounded once.
#pragma once

#include <cmath>

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include "kernels/problem.hpp"

namespace assay::cuda {

template <class T>
struct Real {
    using type = float;
};
template <>
struct Real<double> {
    using type = double;
};
template <class T>
using Computed = typename Real<T>::type;

ASSAY_DEVICE inline float number(float x) {
    return x;
}
ASSAY_DEVICE inline double number(double x) {
    return x;
}
ASSAY_DEVICE inline float number(__half x) {
    return __half2float(x);
}
ASSAY_DEVICE inline float number(__nv_bfloat16 x) {
    return __bfloat162float(x);
}

ASSAY_DEVICE inline void save(float& to, float x) {
    to = x;
}
ASSAY_DEVICE inline void save(double& to, double x) {
    to = x;
}
ASSAY_DEVICE inline void save(__half& to, float x) {
    to = __float2half(x);
}
ASSAY_DEVICE inline void save(__nv_bfloat16& to, float x) {
    to = __float2bfloat16(x);
}

/// A tensor's elements at its place in the arguments.
template <class T>
ASSAY_DEVICE const T* input(const Arguments& arguments, int i) {
    return static_cast<const T*>(arguments.at[i]);
}
template <class T>
ASSAY_DEVICE T* output(const Arguments& arguments, int i) {
    return static_cast<T*>(arguments.at[i]);
}

/// As assay/attrs.h numbers them: 1 relu, 2 gelu, 3 gelu_tanh, 4 silu.
template <class C>
ASSAY_DEVICE C activated(std::int64_t activation, C x) {
    if (activation == 1) return x > 0 || x != x ? x : C(0);
    if (activation == 2) return C(0.5) * x * std::erfc(-x * C(0.70710678118654752440));
    if (activation == 3) {
        const C inner = C(0.79788456080286535588) * (x + C(0.044715) * x * x * x);
        return C(0.5) * x * (C(1) + std::tanh(inner));
    }
    if (activation == 4) return x / (C(1) + std::exp(-x));
    return x;
}

}  // namespace assay::cuda
