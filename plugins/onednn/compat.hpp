// SPDX-License-Identifier: Apache-2.0
// What differs between oneDNN 2.6 and 3.x, and nothing else: the one place with #if on its version.
// The list of differences: oneDNN's "Transition from v2.x to v3.x" guide.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>

namespace assay::onednn::compat {

/// dst = activation(dst). 2.x also takes a scale here, which must be 1.
inline void append_eltwise(dnnl::post_ops& ops, dnnl::algorithm algorithm, float alpha,
                           float beta = 0.f) {
#if DNNL_VERSION_MAJOR >= 3
    ops.append_eltwise(algorithm, alpha, beta);
#else
    ops.append_eltwise(1.f, algorithm, alpha, beta);
#endif
}

/// `bias` may be null. Throws dnnl::error when the library has no implementation (status 3).
inline dnnl::matmul::primitive_desc matmul_primitive_desc(const dnnl::engine& engine,
                                                          const dnnl::memory::desc& a,
                                                          const dnnl::memory::desc& b,
                                                          const dnnl::memory::desc* bias,
                                                          const dnnl::memory::desc& d,  //
                                                          const dnnl::primitive_attr& attributes) {
    using dnnl::matmul;
#if DNNL_VERSION_MAJOR >= 3
    if (bias != nullptr) return {engine, a, b, *bias, d, attributes};
    return {engine, a, b, d, attributes};
#else
    if (bias != nullptr) return {matmul::desc(a, b, *bias, d), attributes, engine};
    return {matmul::desc(a, b, d), attributes, engine};
#endif
}

/// What a convolution, a deconvolution or a pooling slides over its source. Dilation counts the
/// gaps between taps, as oneDNN does: 0 is none.
struct Window {
    dnnl::memory::dims strides, dilation, pad_begin, pad_end;
};

/// Conv: dnnl::convolution_forward or dnnl::deconvolution_forward. `bias` may be null.
template <class Conv>
typename Conv::primitive_desc conv_primitive_desc(
    const dnnl::engine& engine, dnnl::algorithm algorithm, const dnnl::memory::desc& x,
    const dnnl::memory::desc& w, const dnnl::memory::desc* bias, const dnnl::memory::desc& y,
    const Window& at, const dnnl::primitive_attr& attributes) {
    constexpr auto forward = dnnl::prop_kind::forward_inference;
    const dnnl::memory::desc none;
    const dnnl::memory::desc& b = bias != nullptr ? *bias : none;
#if DNNL_VERSION_MAJOR >= 3
    return {engine,     forward,     algorithm,    x,          w,         b, y,
            at.strides, at.dilation, at.pad_begin, at.pad_end, attributes};
#else
    return {typename Conv::desc(forward, algorithm, x, w, b, y, at.strides, at.dilation,
                                at.pad_begin, at.pad_end),
            attributes, engine};
#endif
}

#if DNNL_VERSION_MAJOR >= 3
using Pooling = dnnl::pooling_forward;
#else
using Pooling = dnnl::pooling_v2_forward;
#endif

inline Pooling::primitive_desc pooling_primitive_desc(
    const dnnl::engine& engine, dnnl::algorithm algorithm, const dnnl::memory::desc& x,
    const dnnl::memory::desc& y, const dnnl::memory::dims& kernel, const Window& at,
    const dnnl::primitive_attr& attributes) {
    constexpr auto forward = dnnl::prop_kind::forward_inference;
#if DNNL_VERSION_MAJOR >= 3
    return {engine, forward,     algorithm,    x,          y,         at.strides,
            kernel, at.dilation, at.pad_begin, at.pad_end, attributes};
#else
    return {Pooling::desc(forward, algorithm, x, y, at.strides, kernel, at.dilation, at.pad_begin,
                          at.pad_end),
            attributes, engine};
#endif
}

inline dnnl::eltwise_forward::primitive_desc eltwise_primitive_desc(
    const dnnl::engine& engine, dnnl::algorithm algorithm, const dnnl::memory::desc& desc,
    float alpha, float beta, const dnnl::primitive_attr& attributes) {
    constexpr auto forward = dnnl::prop_kind::forward_inference;
#if DNNL_VERSION_MAJOR >= 3
    return {engine, forward, algorithm, desc, desc, alpha, beta, attributes};
#else
    return {dnnl::eltwise_forward::desc(forward, algorithm, desc, alpha, beta), attributes, engine};
#endif
}

inline dnnl::binary::primitive_desc binary_primitive_desc(const dnnl::engine& engine,
                                                          dnnl::algorithm algorithm,
                                                          const dnnl::memory::desc& x,
                                                          const dnnl::memory::desc& y,
                                                          const dnnl::memory::desc& d,
                                                          const dnnl::primitive_attr& attributes) {
#if DNNL_VERSION_MAJOR >= 3
    return {engine, algorithm, x, y, d, attributes};
#else
    return {dnnl::binary::desc(algorithm, x, y, d), attributes, engine};
#endif
}

inline dnnl::concat::primitive_desc concat_primitive_desc(
    const dnnl::engine& engine, const dnnl::memory::desc& to, int axis,
    const std::vector<dnnl::memory::desc>& parts, const dnnl::primitive_attr& attributes) {
#if DNNL_VERSION_MAJOR >= 3
    return {engine, to, axis, parts, attributes};
#else
    return {to, axis, parts, engine, attributes};
#endif
}

/// One value of dnnl_cpu_isa_t. The numbers stand here because no header names those of the other.
struct Isa {
    unsigned value;
    const char* name;
};
constexpr Isa isas[] = {
    {0x1, "sse41"},
    {0x3, "avx"},
    {0x7, "avx2"},
    {0x27, "avx512_core"},
    {0x67, "avx512_core_vnni"},
    {0xe7, "avx512_core_bf16"},
#if DNNL_VERSION_MAJOR >= 3
    {0xf, "avx2_vnni"},
    {0x1f, "avx2_vnni_2"},
    {0x1ef, "avx512_core_fp16"},
    {0xfef, "avx512_core_amx"},
    {0x1fef, "avx512_core_amx_fp16"},
#else
    {0x3e7, "avx512_core_amx"},
    {0x407, "avx2_vnni"},
#endif
};

/// "oneDNN 2.6.3": the library that is loaded, which need not be the one of the headers.
inline std::string library_name() {
    const dnnl_version_t* version = dnnl_version();
    char text[64];
    std::snprintf(text, sizeof text, "oneDNN %d.%d.%d", version->major, version->minor,
                  version->patch);
    return text;
}

}  // namespace assay::onednn::compat
