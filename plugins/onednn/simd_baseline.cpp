// SPDX-License-Identifier: Apache-2.0
// The loops of simd.hpp for baseline: CMakeLists.txt gives this file, and no other, the flags for
// it.
#define ASSAY_SIMD simd_baseline
#define ASSAY_SIMD_NAME "baseline"
#include "simd_kernels.hpp"
