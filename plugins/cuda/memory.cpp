// SPDX-License-Identifier: Apache-2.0
// See memory.hpp.
#include "memory.hpp"

#include <algorithm>
#include <string>

namespace assay::cuda {
namespace {

DeviceMemory shared_memory(int device, std::uint64_t bytes) {
    int together = 0;
    check(cudaDeviceGetAttribute(&together, cudaDevAttrConcurrentManagedAccess, device),
          "cudaDeviceGetAttribute");
    if (together == 0) {
        sdk::fail(ASSAY_ERR_UNSUPPORTED,
                  "shared memory: the host may not touch it while this device works");
    }
    void* memory = nullptr;
    check(cudaMallocManaged(&memory, std::max<std::uint64_t>(bytes, 1), cudaMemAttachGlobal),
          "cudaMallocManaged");
    return DeviceMemory(memory);
}

}  // namespace

PinnedMemory pinned_memory(std::uint64_t bytes) {
    void* memory = nullptr;
    const cudaError_t status =
        cudaHostAlloc(&memory, std::max<std::uint64_t>(bytes, 1), cudaHostAllocPortable);
    if (status == cudaErrorMemoryAllocation || status == cudaErrorInvalidValue) {
        cudaGetLastError();
        sdk::fail(ASSAY_ERR_NO_HOST_MEMORY,
                  "%llu bytes of pinned memory are not there; choose a smaller case", plain(bytes));
    }
    check(status, "cudaHostAlloc");
    return PinnedMemory(memory);
}

Memory::Memory(int device, std::uint64_t bytes, int kind) : bytes_(bytes), kind_(kind) {
    if (kind == ASSAY_MEM_DEVICE) {
        device_ = device_memory(bytes);
    } else if (kind == ASSAY_MEM_HOST) {
        pinned_ = pinned_memory(bytes);
    } else if (kind == ASSAY_MEM_SHARED) {
        device_ = shared_memory(device, bytes);
    } else {
        sdk::fail(ASSAY_ERR_UNSUPPORTED, "memory of kind %d", kind);
    }
}

char* Memory::range(std::uint64_t offset, std::uint64_t size) {
    if (offset > bytes_ || size > bytes_ - offset) {
        sdk::fail(ASSAY_ERR_INVALID, "bytes %llu to %llu leave a buffer of %llu", plain(offset),
                  plain(offset + size), plain(bytes_));
    }
    return static_cast<char*>(address()) + offset;
}

}  // namespace assay::cuda
