// SPDX-License-Identifier: Apache-2.0
// The loops of simd.hpp for avx2: CMakeLists.txt gives this file, and no other, the flags for it.
#define ASSAY_SIMD simd_avx2
#define ASSAY_SIMD_NAME "avx2"
#include "simd_kernels.hpp"
