// SPDX-License-Identifier: Apache-2.0
// CUDA's runtime and cuBLASLt as the plugin uses them: every status checked, objects that release
// themselves. The driver (libcuda) is never linked: cudart looks for it when it is first called.
#pragma once

#include <cstdint>
#include <utility>

#include <cublasLt.h>
#include <cuda_runtime_api.h>

#include "assay/sdk.hpp"

namespace assay::cuda {

/// Throws sdk::Error unless the call went well: `what` it was and on what, CUDA's own words, and
/// what to do where that is known. Memory that is not there is NO_DEVICE_MEMORY; an error after
/// which the process can use the device no more is DEVICE_LOST.
void check(cudaError_t status, const char* what);
void check(cublasStatus_t status, const char* what);

/// An object of CUDA, released once.
template <class T, auto release>
class Handle {
public:
    Handle() = default;
    explicit Handle(T object) : object_(object) {}
    ~Handle() {
        if (object_ != nullptr) release(object_);
    }
    Handle(Handle&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }

    T get() const { return object_; }
    explicit operator bool() const { return object_ != nullptr; }

private:
    T object_ = nullptr;
};

/// What `create` makes. Throws as check() does.
template <class H, class T, class Create>
H made(const char* what, const Create& create) {
    T object = nullptr;
    check(create(&object), what);
    return H(object);
}

using Stream = Handle<cudaStream_t, cudaStreamDestroy>;
using EventHandle = Handle<cudaEvent_t, cudaEventDestroy>;
using DeviceMemory = Handle<void*, cudaFree>;
using PinnedMemory = Handle<void*, cudaFreeHost>;
using LtHandle = Handle<cublasLtHandle_t, cublasLtDestroy>;
using LtLayout = Handle<cublasLtMatrixLayout_t, cublasLtMatrixLayoutDestroy>;
using LtMatmul = Handle<cublasLtMatmulDesc_t, cublasLtMatmulDescDestroy>;
using LtPreference = Handle<cublasLtMatmulPreference_t, cublasLtMatmulPreferenceDestroy>;

/// Makes a device the one that this thread's calls are for.
void use(int device);

DeviceMemory device_memory(std::uint64_t bytes);
EventHandle timing_event();

inline unsigned long long plain(std::uint64_t number) {
    return number;
}

}  // namespace assay::cuda
