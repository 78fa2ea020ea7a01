// SPDX-License-Identifier: Apache-2.0
// The loops of simd.hpp. Included by simd_*.cpp, each compiled for one vector unit, which name the
// namespace. See simd_math.hpp for why nothing here may have external linkage but the table.
#include <cstdint>

#include "simd.hpp"

namespace assay::onednn::ASSAY_SIMD {
namespace {

#include "simd_math.hpp"

using Count = std::int64_t;

template <class F>
inline void each(Count n, F&& body) {
#pragma omp simd
    for (Count i = 0; i < n; ++i) body(i);
}

/// `convert` is a lambda: the name of a function would be a call for each element.
template <class T, class F>
inline void load_as(const void* from, Count step, float* to, Count n, F&& convert) {
    const T* x = static_cast<const T*>(from);
    if (step == 1) return each(n, [&](Count i) { to[i] = convert(x[i]); });
    for (Count i = 0; i < n; ++i) to[i] = convert(x[i * step]);
}

void load(assay_dtype dtype, const void* from, Count step, float* to, Count n) {
    const auto plain = [](auto x) { return static_cast<float>(x); };
    switch (dtype) {
        case ASSAY_F32:
            return load_as<float>(from, step, to, n, plain);
        case ASSAY_BF16:
            return load_as<std::uint16_t>(from, step, to, n,
                                          [](std::uint16_t h) { return of_bf16(h); });
        case ASSAY_F16:
            return load_as<std::uint16_t>(from, step, to, n,
                                          [](std::uint16_t h) { return of_f16(h); });
        case ASSAY_I32:
            return load_as<std::int32_t>(from, step, to, n, plain);
        case ASSAY_I8:
            return load_as<std::int8_t>(from, step, to, n, plain);
        default:
            return load_as<std::uint8_t>(from, step, to, n, plain);
    }
}

template <class T, class F>
inline void store_as(const float* from, void* to, Count step, Count n, F&& convert) {
    T* y = static_cast<T*>(to);
    if (step == 1) return each(n, [&](Count i) { y[i] = static_cast<T>(convert(from[i])); });
    for (Count i = 0; i < n; ++i) y[i * step] = static_cast<T>(convert(from[i]));
}

void store(assay_dtype dtype, const float* from, void* to, Count step, Count n) {
    const auto whole = [](float low, float high) {
        return [low, high](float x) {
            x = x == x ? x : 0.f;
            return static_cast<std::int32_t>(clamp_of(__builtin_rintf(x), low, high));
        };
    };
    switch (dtype) {
        case ASSAY_F32:
            return store_as<float>(from, to, step, n, [](float x) { return x; });
        case ASSAY_BF16:
            return store_as<std::uint16_t>(from, to, step, n, [](float x) { return to_bf16(x); });
        case ASSAY_F16:
            return store_as<std::uint16_t>(from, to, step, n, [](float x) { return to_f16(x); });
        case ASSAY_I32:  // the largest float below 2^31 and then 2^31 - 1 itself
            return store_as<std::int32_t>(from, to, step, n, [](float x) {
                x = x == x ? x : 0.f;
                const float r = clamp_of(__builtin_rintf(x), -2147483648.f, 2147483520.f);
                return x >= 2147483648.f ? INT32_MAX : static_cast<std::int32_t>(r);
            });
        case ASSAY_I8:
            return store_as<std::int8_t>(from, to, step, n, whole(-128.f, 127.f));
        default:
            return store_as<std::uint8_t>(from, to, step, n, whole(0.f, 255.f));
    }
}

void activate(int activation, float* x, Count n) {
    switch (activation) {
        case ASSAY_ACT_RELU:
            return each(n, [&](Count i) { x[i] = relu_of(x[i]); });
        case ASSAY_ACT_GELU:
            return each(n, [&](Count i) { x[i] = gelu_of(x[i]); });
        case ASSAY_ACT_GELU_TANH:
            return each(n, [&](Count i) { x[i] = gelu_tanh_of(x[i]); });
        case ASSAY_ACT_SILU:
            return each(n, [&](Count i) { x[i] = silu_of(x[i]); });
        default:
            return;
    }
}

#include "simd_formulas.hpp"

float sum(const float* x, Count n) {
    float total = 0;
#pragma omp simd reduction(+ : total)
    for (Count i = 0; i < n; ++i) total += x[i];
    return total;
}

float sum_squares(const float* x, float mean, Count n) {
    float total = 0;
#pragma omp simd reduction(+ : total)
    for (Count i = 0; i < n; ++i) total += (x[i] - mean) * (x[i] - mean);
    return total;
}

float max(const float* x, Count n) {
    float most = -__builtin_inff();
#pragma omp simd reduction(max : most)
    for (Count i = 0; i < n; ++i) most = x[i] > most ? x[i] : most;
    return most;
}

float exp_minus(const float* x, float most, float* y, Count n) {
    float total = 0;
#pragma omp simd reduction(+ : total)
    for (Count i = 0; i < n; ++i) {
        const float e = exp_of(x[i] - most);
        y[i] = e;
        total += e;
    }
    return total;
}

void normalise(const float* x, float mean, float factor, const float* gamma, const float* beta,
               float* y, Count n) {
    if (gamma == nullptr) {
        each(n, [&](Count i) { y[i] = (x[i] - mean) * factor; });
    } else {
        each(n, [&](Count i) { y[i] = (x[i] - mean) * factor * gamma[i]; });
    }
    if (beta != nullptr) each(n, [&](Count i) { y[i] += beta[i]; });
}

void scale(float* x, float factor, Count n) {
    each(n, [&](Count i) { x[i] *= factor; });
}

void shift(float* x, float by, Count n) {
    each(n, [&](Count i) { x[i] += by; });
}

void add(const float* x, float factor, float* y, Count n) {
    each(n, [&](Count i) { y[i] += factor * x[i]; });
}

#include "simd_products.hpp"

}  // namespace

const Simd table = {
    ASSAY_SIMD_NAME, load,  store, apply, activate, sum,  sum_squares, max,   exp_minus,
    normalise,       scale, shift, add,   dots,     gemm, panel_rows,  unpack};

}  // namespace assay::onednn::ASSAY_SIMD
