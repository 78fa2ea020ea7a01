// SPDX-License-Identifier: Apache-2.0
// See queue.hpp. CUDA has no wait with a time limit: such a wait looks again and again, as a
// spinning one does, but sleeps between looks.
#include "queue.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "launch.hpp"

namespace assay::cuda {
namespace {

const void* checked(const void* pointer) {
    if (pointer == nullptr) sdk::fail(ASSAY_ERR_INVALID, "the host pointer of a copy is NULL");
    return pointer;
}

/// Whether its work is done. Throws when that failed.
bool done(cudaStream_t stream) {
    const cudaError_t status = cudaStreamQuery(stream);
    if (status == cudaErrorNotReady) return false;
    check(status, "work on this queue");
    return true;
}

/// Looks until it is done or the time is over.
bool poll(cudaStream_t stream, std::uint64_t timeout_ns, bool spin) {
    constexpr std::chrono::microseconds longest{500};  // chosen: a coarse answer costs no CPU
    std::chrono::microseconds nap{10};
    const std::uint64_t began = sdk::host.now_ns();
    while (!done(stream)) {
        if (sdk::host.now_ns() - began >= timeout_ns) return false;
        if (spin) continue;
        std::this_thread::sleep_for(nap);
        nap = std::min(2 * nap, longest);
    }
    return true;
}

bool one_byte_repeated(std::uint32_t pattern) {
    return pattern == (pattern & 0xffu) * 0x01010101u;
}

}  // namespace

cudaEvent_t StampedEvent::recorded() const {
    if (!recorded_) sdk::fail(ASSAY_ERR_INVALID, "an event that was never recorded");
    return event_.get();
}

StreamQueue::StreamQueue(int device, std::set<StreamQueue*>& all) : device_(device), all_(all) {
    // Not ordered with the legacy default stream, on which nothing of ours runs.
    stream_ = made<Stream, cudaStream_t>("cudaStreamCreateWithFlags", [](cudaStream_t* stream) {
        return cudaStreamCreateWithFlags(stream, cudaStreamNonBlocking);
    });
    end_ = made<EventHandle, cudaEvent_t>("cudaEventCreateWithFlags", [](cudaEvent_t* event) {
        return cudaEventCreateWithFlags(event, cudaEventBlockingSync | cudaEventDisableTiming);
    });
    workspace_ = device_memory(workspace_bytes);
    all_.insert(this);
}

StreamQueue::~StreamQueue() {
    all_.erase(this);
}

void StreamQueue::block() {
    check(cudaEventRecord(end_.get(), stream_.get()), "cudaEventRecord");
    check(cudaEventSynchronize(end_.get()), "work on this queue");
}

bool StreamQueue::wait(std::uint64_t timeout_ns, bool spin) {
    use(device_);
    if (spin || timeout_ns != UINT64_MAX) {
        if (!poll(stream_.get(), timeout_ns, spin)) return false;
    } else {
        block();
    }
    look_for_faults();
    return true;
}

void StreamQueue::look_for_faults() {
    int* faults = std::exchange(faults_, nullptr);
    if (faults == nullptr || std::exchange(*faults, 0) == 0) return;
    sdk::fail(ASSAY_ERR_INVALID, "an index, length or position was outside of its tensor");
}

void StreamQueue::copy(void* to, const void* from, std::uint64_t bytes) {
    if (bytes == 0) return;
    use(device_);
    check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDefault, stream_.get()), "cudaMemcpyAsync");
}

void StreamQueue::to_device(sdk::Buffer& to, std::uint64_t offset, const void* from,
                            std::uint64_t bytes) {
    char* target = memory_of(to).range(offset, bytes);
    copy(target, bytes == 0 ? from : checked(from), bytes);
}

void StreamQueue::to_host(void* to, sdk::Buffer& from, std::uint64_t offset, std::uint64_t bytes) {
    const char* source = memory_of(from).range(offset, bytes);
    if (bytes > 0) checked(to);
    copy(to, source, bytes);
}

void StreamQueue::on_device(sdk::Buffer& to, std::uint64_t to_offset, sdk::Buffer& from,
                            std::uint64_t from_offset, std::uint64_t bytes) {
    char* target = memory_of(to).range(to_offset, bytes);
    const char* source = memory_of(from).range(from_offset, bytes);
    if (bytes > 0 && target < source + bytes && source < target + bytes) {
        sdk::fail(ASSAY_ERR_INVALID, "the two ranges of a copy overlap");
    }
    copy(target, source, bytes);
}

void StreamQueue::fill(sdk::Buffer& to, std::uint64_t offset, std::uint64_t bytes,
                       std::uint32_t pattern) {
    char* first = memory_of(to).range(offset, bytes);
    if (bytes == 0) return;
    use(device_);
    if (one_byte_repeated(pattern)) {
        check(cudaMemsetAsync(first, static_cast<int>(pattern & 0xffu), bytes, stream_.get()),
              "cudaMemsetAsync");
        return;
    }
    // CUDA's runtime sets bytes only.
    Call call;
    call.kernel = Kernel::fill;
    call.element = Element::bytes1;
    call.items = static_cast<std::int64_t>((bytes + 3) / 4);
    call.arguments.problem.numbers[0] = static_cast<std::int64_t>(bytes);
    call.arguments.problem.numbers[1] = static_cast<std::int64_t>(pattern);
    call.arguments.at[0] = first;
    check(launch(call, stream_.get()), "launching a kernel");
}

void StreamQueue::record(sdk::Event& event) {
    auto& stamped = static_cast<StampedEvent&>(event);
    use(device_);
    check(cudaEventRecord(stamped.get(), stream_.get()), "cudaEventRecord");
    stamped.set_recorded();
}

void StreamQueue::wait_event(sdk::Event& event) {
    use(device_);
    check(cudaStreamWaitEvent(stream_.get(), static_cast<StampedEvent&>(event).recorded(), 0),
          "cudaStreamWaitEvent");
}

}  // namespace assay::cuda
