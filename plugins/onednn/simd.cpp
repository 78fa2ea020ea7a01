// SPDX-License-Identifier: Apache-2.0
// See simd.hpp. What the CPU has is asked of the CPU, not of oneDNN: they are our own loops.
#include "simd.hpp"

namespace assay::onednn {
namespace {

const Simd& best() {
#if defined(__x86_64__)
    __builtin_cpu_init();
    const bool avx512 =
        __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
        __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0;
    const bool avx2 = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
    if (avx512 && avx2) return simd_avx512::table;
    if (avx2) return simd_avx2::table;
#endif
    return simd_baseline::table;
}

}  // namespace

const Simd& simd() {
    static const Simd& chosen = best();
    return chosen;
}

}  // namespace assay::onednn
