// SPDX-License-Identifier: Apache-2.0
// Functions of one float without branches, so that loops over them vectorise. Errors below 3e-7 of
// the result or of 1. Included by simd_*.cpp only, inside a namespace for each vector unit.
// Only internal linkage here and no standard templates: a shared inline function compiled for
// AVX-512 could be the one the linker keeps for all (and fault on a CPU without it).

inline std::int32_t int_bits(float x) {
    std::int32_t bits = 0;
    __builtin_memcpy(&bits, &x, sizeof bits);
    return bits;
}
inline float float_of(std::int32_t bits) {
    float x = 0;
    __builtin_memcpy(&x, &bits, sizeof x);
    return x;
}

/// Cody and Waite's reduction, then a polynomial (Moshier, Cephes expf).
inline float exp_of(float x) {
    x = x < -104.f ? -104.f : x;                                           // e^-104 rounds to zero
    x = x > 89.f ? 89.f : x;                                               // e^89 is infinite
    const float n = (x * 1.44269504088896341f + 12582912.f) - 12582912.f;  // to nearest: 1.5 * 2^23
    const float r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
    float y = 1.9875691500e-4f;
    y = y * r + 1.3981999507e-3f;
    y = y * r + 8.3334519073e-3f;
    y = y * r + 4.1665795894e-2f;
    y = y * r + 1.6666665459e-1f;
    y = y * r + 5.0000001201e-1f;
    y = y * r * r + r + 1.f;
    const auto whole = static_cast<std::int32_t>(n);
    const std::int32_t half = whole >> 1;  // two steps: 2^-150 and 2^128 are no floats
    return y * float_of((half + 127) << 23) * float_of((whole - half + 127) << 23);
}

inline float sigmoid_of(float x) {
    return 1.f / (1.f + exp_of(-x));
}

/// Cephes tanhf near zero, where 1 - 2 / (e^2x + 1) would cancel.
inline float tanh_of(float x) {
    const float size = __builtin_fabsf(x), z = x * x;
    float near = -5.70498872745e-3f;
    near = near * z + 2.06390887954e-2f;
    near = near * z - 5.37397155531e-2f;
    near = near * z + 1.33314422036e-1f;
    near = near * z - 3.33332819422e-1f;
    near = near * z * x + x;
    const float far = __builtin_copysignf(1.f - 2.f / (exp_of(2.f * size) + 1.f), x);
    return size < 0.625f ? near : far;
}

/// Cephes erff below 1; above it Abramowitz and Stegun 7.1.26.
inline float erf_of(float x) {
    const float size = __builtin_fabsf(x), z = x * x;
    float near = 7.853861353153693e-5f;
    near = near * z - 8.010193625184903e-4f;
    near = near * z + 5.188327685732524e-3f;
    near = near * z - 2.685381193529856e-2f;
    near = near * z + 1.128358514861418e-1f;
    near = near * z - 3.761262582423300e-1f;
    near = (near * z + 1.128379165726710f) * x;
    const float t = 1.f / (1.f + 0.3275911f * size);
    float far = 1.061405429f;
    far = far * t - 1.453152027f;
    far = far * t + 1.421413741f;
    far = far * t - 0.284496736f;
    far = far * t + 0.254829592f;
    far = __builtin_copysignf(1.f - far * t * exp_of(-z), x);
    return size < 1.f ? near : far;
}

inline float relu_of(float x) {
    return x < 0.f ? 0.f : x;
}
inline float gelu_of(float x) {
    return 0.5f * x * (1.f + erf_of(x * 0.70710678118654752f));
}
/// Hendrycks and Gimpel 2016, section 2; (1 + tanh u) / 2 = sigmoid(2 u).
inline float gelu_tanh_of(float x) {
    return x * sigmoid_of(1.5957691216057308f * (x + 0.044715f * x * x * x));
}
inline float silu_of(float x) {
    return x * sigmoid_of(x);
}

inline float of_bf16(std::uint16_t bits) {
    return float_of(static_cast<std::int32_t>(static_cast<std::uint32_t>(bits) << 16));
}
/// Nearest, ties to even; NaN stays NaN.
inline std::uint16_t to_bf16(float x) {
    const auto bits = static_cast<std::uint32_t>(int_bits(x));
    const std::uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
    return static_cast<std::uint16_t>(x == x ? rounded : 0x7fc0u);
}
/// The exponents are aligned by a multiplication, which also makes subnormals right.
inline float of_f16(std::uint16_t h) {
    const std::int32_t sign = (h & 0x8000) << 16;
    const float value = float_of((h & 0x7fff) << 13) * 5.192296858534828e33f;  // 2^112
    const std::int32_t bits = int_bits(value);
    const std::int32_t whole = (h & 0x7fff) >= 0x7c00 ? (bits | 0x7f800000) : bits;
    return float_of(whole | sign);
}
/// Nearest, ties to even. Below 2^-14 an addition of 0.5 lets the FPU round to multiples of 2^-24.
inline std::uint16_t to_f16(float x) {
    const std::int32_t all = int_bits(x), sign = (all >> 16) & 0x8000, size = all & 0x7fffffff;
    const std::int32_t small = int_bits(float_of(size) + 0.5f) - 0x3f000000;
    const std::int32_t normal = (size + 0xfff + ((size >> 13) & 1) - (112 << 23)) >> 13;
    std::int32_t result = size < (113 << 23) ? small : normal;
    result = size >= 0x477ff000 ? 0x7c00 : result;  // 65520 and above
    result = size > 0x7f800000 ? 0x7e00 : result;
    return static_cast<std::uint16_t>(result | sign);
}
inline float clamp_of(float x, float low, float high) {
    x = x > low ? x : low;  // a NaN becomes `low`; integer stores handle it before
    return x < high ? x : high;
}
