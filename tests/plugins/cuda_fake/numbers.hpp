// SPDX-License-Identifier: Apache-2.0
// Elements of CUDA's types as doubles, by CUDA's own conversions.
#pragma once

#include <cstdint>
#include <cstring>
#include <stdexcept>

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>
#include <library_types.h>

namespace assay::test::cuda_fake {

template <class T>
T element(const void* from, std::int64_t i) {
    T value;
    std::memcpy(&value,
                static_cast<const char*>(from) + i * static_cast<std::int64_t>(sizeof value),
                sizeof value);
    return value;
}
template <class T>
void put(void* to, std::int64_t i, T value) {
    std::memcpy(static_cast<char*>(to) + i * static_cast<std::int64_t>(sizeof value), &value,
                sizeof value);
}

inline std::int64_t bytes_of(cudaDataType type) {
    switch (type) {
        case CUDA_R_64F:
            return 8;
        case CUDA_R_32F:
        case CUDA_R_32I:
            return 4;
        case CUDA_R_16F:
        case CUDA_R_16BF:
            return 2;
        default:
            return 1;
    }
}

inline double load(const void* from, cudaDataType type, std::int64_t i) {
    switch (type) {
        case CUDA_R_64F:
            return element<double>(from, i);
        case CUDA_R_32F:
            return static_cast<double>(element<float>(from, i));
        case CUDA_R_16F:
            return static_cast<double>(__half2float(element<__half>(from, i)));
        case CUDA_R_16BF:
            return static_cast<double>(__bfloat162float(element<__nv_bfloat16>(from, i)));
        case CUDA_R_8F_E4M3:
            return static_cast<double>(float(element<__nv_fp8_e4m3>(from, i)));
        case CUDA_R_8F_E5M2:
            return static_cast<double>(float(element<__nv_fp8_e5m2>(from, i)));
        case CUDA_R_8I:
            return element<signed char>(from, i);
        case CUDA_R_32I:
            return element<std::int32_t>(from, i);
        default:
            throw std::runtime_error("cuda_fake: a type that it cannot read");
    }
}

inline void store(void* to, cudaDataType type, std::int64_t i, double value) {
    switch (type) {
        case CUDA_R_64F:
            return put(to, i, value);
        case CUDA_R_32F:
            return put(to, i, static_cast<float>(value));
        case CUDA_R_16F:
            return put(to, i, __double2half(value));
        case CUDA_R_16BF:
            return put(to, i, __double2bfloat16(value));
        case CUDA_R_32I:
            return put(to, i, static_cast<std::int32_t>(value));
        case CUDA_R_8I:
            return put(to, i, static_cast<signed char>(value));
        case CUDA_R_8F_E4M3:
            return put(to, i, __nv_fp8_e4m3(value));
        case CUDA_R_8F_E5M2:
            return put(to, i, __nv_fp8_e5m2(value));
        default:
            throw std::runtime_error("cuda_fake: a type that it cannot write");
    }
}

}  // namespace assay::test::cuda_fake
