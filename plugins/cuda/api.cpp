// SPDX-License-Identifier: Apache-2.0
// See api.hpp.
#include "api.hpp"

#include <algorithm>
#include <string>

namespace assay::cuda {
namespace {

struct Meaning {
    int status;
    assay_status code;
    const char* advice = "";
};

constexpr const char* restart = "; the process must end before the device can be used again";
constexpr Meaning cuda_meanings[] = {
    {cudaErrorMemoryAllocation, ASSAY_ERR_NO_DEVICE_MEMORY,
     "; choose a smaller case or end what else uses the device"},
    {cudaErrorInsufficientDriver, ASSAY_ERR_UNSUPPORTED,
     "; install a driver for this toolkit or a newer one"},
    {cudaErrorNoDevice, ASSAY_ERR_UNSUPPORTED, "; see CUDA_VISIBLE_DEVICES and nvidia-smi"},
    {cudaErrorStubLibrary, ASSAY_ERR_UNSUPPORTED,
     "; take the toolkit's stubs folder out of LD_LIBRARY_PATH"},
    {cudaErrorNoKernelImageForDevice, ASSAY_ERR_UNSUPPORTED,
     "; build the plugin with ASSAY_CUDA_ARCHITECTURES for this device"},
    {cudaErrorNotSupported, ASSAY_ERR_UNSUPPORTED},
    {cudaErrorNotPermitted, ASSAY_ERR_DENIED},
    {cudaErrorDevicesUnavailable, ASSAY_ERR_BUSY, "; another process holds the device"},
    {cudaErrorInvalidResourceHandle, ASSAY_ERR_INVALID},
    {cudaErrorNotReady, ASSAY_ERR_INVALID, "; wait for the queue first"},
    {cudaErrorECCUncorrectable, ASSAY_ERR_DEVICE_LOST, restart},
    {cudaErrorIllegalAddress, ASSAY_ERR_DEVICE_LOST, restart},
    {cudaErrorMisalignedAddress, ASSAY_ERR_DEVICE_LOST, restart},
    {cudaErrorIllegalInstruction, ASSAY_ERR_DEVICE_LOST, restart},
    {cudaErrorInvalidAddressSpace, ASSAY_ERR_DEVICE_LOST, restart},
    {cudaErrorInvalidPc, ASSAY_ERR_DEVICE_LOST, restart},
    {cudaErrorHardwareStackError, ASSAY_ERR_DEVICE_LOST, restart},
    {cudaErrorLaunchTimeout, ASSAY_ERR_DEVICE_LOST, restart},
    {cudaErrorLaunchFailure, ASSAY_ERR_DEVICE_LOST, restart},
    {cudaErrorAssert, ASSAY_ERR_DEVICE_LOST, restart},
    {cudaErrorNvlinkUncorrectable, ASSAY_ERR_DEVICE_LOST, restart},
    {cudaErrorContextIsDestroyed, ASSAY_ERR_DEVICE_LOST, restart},
};
constexpr Meaning cublas_meanings[] = {
    {CUBLAS_STATUS_ALLOC_FAILED, ASSAY_ERR_NO_DEVICE_MEMORY,
     "; choose a smaller case or end what else uses the device"},
    {CUBLAS_STATUS_NOT_SUPPORTED, ASSAY_ERR_UNSUPPORTED},
    {CUBLAS_STATUS_ARCH_MISMATCH, ASSAY_ERR_UNSUPPORTED, "; the device is too old for it"},
    {CUBLAS_STATUS_NOT_INITIALIZED, ASSAY_ERR_INTERNAL, "; is there a driver and a device?"},
};

template <std::size_t N>
[[noreturn]] void fail(const Meaning (&meanings)[N], int status, const std::string& text) {
    const auto* found = std::find_if(std::begin(meanings), std::end(meanings),
                                     [&](const Meaning& each) { return each.status == status; });
    if (found == std::end(meanings)) throw sdk::Error(ASSAY_ERR_INTERNAL, text, status);
    throw sdk::Error(found->code, text + found->advice, status);
}

}  // namespace

void check(cudaError_t status, const char* what) {
    if (status == cudaSuccess) return;
    cudaGetLastError();  // else a later launch would be blamed for it
    fail(cuda_meanings, status,
         std::string(what) + ": " + cudaGetErrorString(status) + " (" + cudaGetErrorName(status) +
             ")");
}

void check(cublasStatus_t status, const char* what) {
    if (status == CUBLAS_STATUS_SUCCESS) return;
    fail(cublas_meanings, status, std::string(what) + ": " + cublasLtGetStatusString(status));
}

void use(int device) {
    check(cudaSetDevice(device), "cudaSetDevice");
}

DeviceMemory device_memory(std::uint64_t bytes) {
    void* memory = nullptr;
    cudaError_t status = cudaMalloc(&memory, std::max<std::uint64_t>(bytes, 1));
    if (status == cudaErrorInvalidValue) status = cudaErrorMemoryAllocation;  // beyond any address
    check(status, ("cudaMalloc of " + std::to_string(bytes) + " bytes").c_str());
    return DeviceMemory(memory);
}

EventHandle timing_event() {
    return made<EventHandle, cudaEvent_t>(
        "cudaEventCreate", [](cudaEvent_t* event) { return cudaEventCreate(event); });
}

}  // namespace assay::cuda
