// SPDX-License-Identifier: Apache-2.0
// Loops over rows of floats, compiled once for each kind of vector unit and chosen when the plugin
// runs. Every other type is converted on its way in and out, so all arithmetic is in f32.
#pragma once

#include <cstdint>

#include "assay/ops.h"

namespace assay::onednn {

/// One function of ASSAY_EW_*, and alpha f + beta of it.
struct Formula {
    int function = 0, activation = 0;
    float p = 0, q = 0, alpha = 1, beta = 0;
};

/// Weights as 64-byte rows, one for each k: lane i of 16 holds columns i, i + 16, ... of a panel of
/// 16 * 32 / bits columns, the first in the lowest bits. All rows of a panel follow one another.
struct Panels {
    const void* data = nullptr;
    const float* scales = nullptr;  ///< [blocks][n padded to whole panels]; null: none.
    std::int64_t k = 0, scale_block = 0, scale_step = 0;
    assay_dtype dtype = 0;  ///< f32, bf16, i8, i4.
};

/// n: elements. A step is in elements and may be 0 where something is read.
struct Simd {
    using Count = std::int64_t;
    const char* name;
    void (*load)(assay_dtype dtype, const void* from, Count step, float* to, Count n);
    void (*store)(assay_dtype dtype, const float* from, void* to, Count step, Count n);
    /// y and z are null where the function takes fewer. d may be x.
    void (*apply)(const Formula& formula, const float* const* xyz, float* d, Count n);
    void (*activate)(int activation, float* x, Count n);
    float (*sum)(const float* x, Count n);
    float (*sum_squares)(const float* x, float mean, Count n);          ///< of x - mean
    float (*max)(const float* x, Count n);                              ///< -infinity for n = 0
    float (*exp_minus)(const float* x, float most, float* y, Count n);  ///< y = e^(x-most); its sum
    /// y = (x - mean) factor gamma + beta; gamma and beta may be null.
    void (*normalise)(const float* x, float mean, float factor, const float* gamma,
                      const float* beta, float* y, Count n);
    void (*scale)(float* x, float factor, Count n);
    void (*shift)(float* x, float by, Count n);
    void (*add)(const float* x, float factor, float* y, Count n);  ///< y += factor x
    /// out[j] = factor * (q . row j of k), rows of d floats.
    void (*dots)(const float* q, const float* k, Count d, float factor, float* out, Count rows);
    /// C[m, n] += A[m, k] B[k, n]; n is a multiple of 16.
    void (*gemm)(Count m, Count n, Count k, const float* a, Count lda, const float* b, Count ldb,
                 float* c, Count ldc);
    /// c[row * ldc + column] = A[m, k] times panel `panel`; m is 1..4, A's rows are k apart.
    void (*panel_rows)(const Panels& panels, Count panel, Count m, const float* a, float* c,
                       Count ldc);
    /// Rows first..first+count of a panel as floats, [count][columns], scaled.
    void (*unpack)(const Panels& panels, Count panel, Count first, Count count, float* to);
};

/// The best that this CPU runs.
const Simd& simd();

/// Columns of a panel of weights of that type: 16 lanes of 32 bits.
constexpr std::int64_t panel_columns(int bits) {
    return 16 * 32 / bits;
}

namespace simd_baseline {
extern const Simd table;
}
namespace simd_avx2 {
extern const Simd table;
}
namespace simd_avx512 {
extern const Simd table;
}

}  // namespace assay::onednn
