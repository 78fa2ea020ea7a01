// SPDX-License-Identifier: Apache-2.0
// See fake.hpp: the machine, and CUDA's functions for devices and memory.
#include <cstdlib>
#include <cstring>

#include "tests/plugins/cuda_fake/fake.hpp"

namespace assay::test::cuda_fake {

Machine& machine() {
    static auto* one = new Machine;  // outlives whatever static calls it last
    return *one;
}

bool Machine::owns(const void* at, std::uint64_t bytes) const {
    auto next = memory.upper_bound(const_cast<void*>(at));
    if (next == memory.begin()) return false;
    const auto& [begin, size] = *--next;
    const auto offset =
        static_cast<std::uint64_t>(static_cast<const char*>(at) - static_cast<const char*>(begin));
    return offset <= size && bytes <= size - offset;
}

bool fails(const char* function) {
    const bool now = ++machine().calls == machine().fail_call;
    if (now) machine().failed = function;
    return now;
}

void note_misuse(const std::string& what) {
    machine().misuse.push_back(what);
}

bool alive(const void* object, const char* kind, const char* function) {
    const auto found = machine().objects.find(const_cast<void*>(object));
    if (found != machine().objects.end() && found->second == kind) return true;
    note_misuse(std::string(function) + ": no such " + kind);
    return false;
}

namespace {

thread_local int current = -1;  // real CUDA begins with device 0; here it must be chosen

}  // namespace

bool chosen(const char* function) {
    if (current >= 0) return true;
    note_misuse(std::string(function) + ": cudaSetDevice was not called on this thread");
    return false;
}

namespace {

cudaError_t allocate(void** to, std::size_t bytes, const char* function) {
    if (fails(function)) return cudaErrorMemoryAllocation;
    chosen(function);
    Machine& here = machine();
    if (bytes > here.memory_bytes - here.used_bytes) return cudaErrorMemoryAllocation;
    void* memory = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
    if (memory == nullptr) return cudaErrorMemoryAllocation;
    here.memory[memory] = bytes;
    here.used_bytes += bytes;
    *to = memory;
    return cudaSuccess;
}

cudaError_t release(void* memory) {
    Machine& here = machine();
    const auto found = here.memory.find(memory);
    if (found == here.memory.end()) {
        note_misuse("freed what was not allocated");
        return cudaErrorInvalidValue;
    }
    here.used_bytes -= found->second;
    here.memory.erase(found);
    std::free(memory);
    return cudaSuccess;
}

void describe_device(cudaDeviceProp& to) {
    to = cudaDeviceProp{};
    std::strcpy(to.name, "A pretended device");
    for (int i = 0; i < 16; ++i) to.uuid.bytes[i] = static_cast<char>(0xf0 + i);
    to.totalGlobalMem = machine().memory_bytes;
    to.major = machine().major;
    to.minor = machine().minor;
    to.multiProcessorCount = 132;
    to.ECCEnabled = 1;
    to.pciBusID = 0x3b;
    to.gpuPciDeviceID = 0x233010de;
    to.memoryBusWidth = 5120;
    to.l2CacheSize = 50 << 20;
    to.hostNumaId = -1;
}

}  // namespace
}  // namespace assay::test::cuda_fake

using namespace assay::test::cuda_fake;

extern "C" {

cudaError_t cudaGetDeviceCount(int* count) {
    if (fails("cudaGetDeviceCount")) return cudaErrorUnknown;
    if (machine().count_status != cudaSuccess) return machine().count_status;
    *count = machine().devices;
    return cudaSuccess;
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
    if (fails("cudaGetDeviceProperties")) return cudaErrorUnknown;
    if (device < 0 || device >= machine().devices) return cudaErrorInvalidDevice;
    describe_device(*properties);
    return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr which, int device) {
    if (fails("cudaDeviceGetAttribute")) return cudaErrorUnknown;
    if (device < 0 || device >= machine().devices) return cudaErrorInvalidDevice;
    const std::map<int, int> values{
        {cudaDevAttrClockRate, 1980000},
        {cudaDevAttrMemoryClockRate, 2619000},
        {cudaDevAttrComputeCapabilityMajor, machine().major},
        {cudaDevAttrComputeCapabilityMinor, machine().minor},
        {cudaDevAttrConcurrentManagedAccess, machine().concurrent_managed ? 1 : 0}};
    const auto found = values.find(which);
    if (found == values.end()) return cudaErrorInvalidValue;
    *value = found->second;
    return cudaSuccess;
}

cudaError_t cudaDriverGetVersion(int* version) {
    if (fails("cudaDriverGetVersion")) return cudaErrorUnknown;
    *version = machine().driver_version;
    return cudaSuccess;
}
cudaError_t cudaRuntimeGetVersion(int* version) {
    if (fails("cudaRuntimeGetVersion")) return cudaErrorUnknown;
    *version = 13000;
    return cudaSuccess;
}

const char* cudaGetErrorString(cudaError_t error) {
    return error == cudaErrorInsufficientDriver ? "CUDA driver version is insufficient"
                                                : "a pretended failure";
}
const char* cudaGetErrorName(cudaError_t error) {
    return error == cudaErrorInsufficientDriver ? "cudaErrorInsufficientDriver" : "cudaErrorFake";
}
cudaError_t cudaGetLastError() {
    return cudaSuccess;
}

cudaError_t cudaSetDevice(int device) {
    if (fails("cudaSetDevice")) return cudaErrorUnknown;
    if (device < 0 || device >= machine().devices) return cudaErrorInvalidDevice;
    current = device;
    return cudaSuccess;
}
cudaError_t cudaDeviceSynchronize() {
    return fails("cudaDeviceSynchronize") ? cudaErrorUnknown : cudaSuccess;
}
cudaError_t cudaMemGetInfo(size_t* free_bytes, size_t* total_bytes) {
    if (fails("cudaMemGetInfo")) return cudaErrorUnknown;
    *total_bytes = machine().memory_bytes;
    *free_bytes = machine().memory_bytes - machine().used_bytes;
    return cudaSuccess;
}

cudaError_t cudaMalloc(void** to, size_t bytes) {
    return allocate(to, bytes, "cudaMalloc");
}
cudaError_t cudaHostAlloc(void** to, size_t bytes, unsigned) {
    return allocate(to, bytes, "cudaHostAlloc");
}
cudaError_t cudaMallocManaged(void** to, size_t bytes, unsigned) {
    return allocate(to, bytes, "cudaMallocManaged");
}
cudaError_t cudaFree(void* memory) {
    return release(memory);
}
cudaError_t cudaFreeHost(void* memory) {
    return release(memory);
}

}  // extern "C"
