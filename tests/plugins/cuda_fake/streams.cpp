// SPDX-License-Identifier: Apache-2.0
// See fake.hpp: CUDA's streams, which run at once, events, and copies.
#include <chrono>
#include <cstring>

#include "tests/plugins/cuda_fake/fake.hpp"

namespace assay::test::cuda_fake {
namespace {

struct Event {
    bool recorded = false;
    std::chrono::steady_clock::time_point at;
    double virtual_ms = 0;
};

template <class T>
cudaError_t create(T** to, const char* kind) {
    if (fails(kind)) return cudaErrorUnknown;
    chosen(kind);
    *to = reinterpret_cast<T*>(new Event);
    machine().objects[*to] = kind;
    return cudaSuccess;
}

cudaError_t destroy(void* object, const char* kind) {
    if (!alive(object, kind, "destroy")) return cudaErrorInvalidResourceHandle;
    machine().objects.erase(object);
    delete static_cast<Event*>(object);
    return cudaSuccess;
}

cudaError_t on_stream(cudaStream_t stream, const char* function) {
    if (fails(function)) return cudaErrorUnknown;
    chosen(function);
    return alive(stream, "stream", function) ? cudaSuccess : cudaErrorInvalidResourceHandle;
}

Event* event_of(cudaEvent_t event) {
    return reinterpret_cast<Event*>(event);
}

}  // namespace
}  // namespace assay::test::cuda_fake

using namespace assay::test::cuda_fake;

extern "C" {

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
    return create(stream, "stream");
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
    machine().captured.erase(stream);
    return destroy(stream, "stream");
}
cudaError_t cudaStreamQuery(cudaStream_t stream) {
    return on_stream(stream, "cudaStreamQuery");
}
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
    alive(event, "event", "cudaStreamWaitEvent");
    return on_stream(stream, "cudaStreamWaitEvent");
}

cudaError_t cudaEventCreate(cudaEvent_t* event) {
    return create(event, "event");
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
    return create(event, "event");
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
    return destroy(event, "event");
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
    const cudaError_t status = on_stream(stream, "cudaEventRecord");
    if (status != cudaSuccess || !alive(event, "event", "cudaEventRecord")) return status;
    perform(stream, [=] {
        *event_of(event) = {true, std::chrono::steady_clock::now(), machine().virtual_ms};
    });
    return cudaSuccess;
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
    if (fails("cudaEventSynchronize")) return cudaErrorUnknown;
    alive(event, "event", "cudaEventSynchronize");
    return cudaSuccess;
}
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t from, cudaEvent_t to) {
    if (fails("cudaEventElapsedTime")) return cudaErrorUnknown;
    const Event &began = *event_of(from), &ended = *event_of(to);
    if (!began.recorded || !ended.recorded) return cudaErrorInvalidResourceHandle;
    const std::chrono::duration<double, std::milli> real = ended.at - began.at;
    *milliseconds = static_cast<float>(
        machine().milliseconds.empty() ? real.count() : ended.virtual_ms - began.virtual_ms);
    return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
    const cudaError_t status = on_stream(stream, "cudaMemcpyAsync");
    if (status != cudaSuccess) return status;
    if (kind != cudaMemcpyDefault) note_misuse("a copy that states its direction");
    perform(stream, [=] { std::memcpy(to, from, bytes); });
    return cudaSuccess;
}
cudaError_t cudaMemsetAsync(void* to, int value, size_t bytes, cudaStream_t stream) {
    const cudaError_t status = on_stream(stream, "cudaMemsetAsync");
    if (status != cudaSuccess) return status;
    if (!machine().owns(to, bytes)) note_misuse("cudaMemsetAsync outside of memory");
    perform(stream, [=] { std::memset(to, value, bytes); });
    return cudaSuccess;
}

}  // extern "C"
