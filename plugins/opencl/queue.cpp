// SPDX-License-Identifier: Apache-2.0
// See queue.hpp. OpenCL has no wait with a time limit: such a wait looks again and again, as a
// spinning one does, but sleeps between looks.
#include "queue.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

namespace assay::opencl {
namespace {

const void* checked(const void* pointer) {
    if (pointer == nullptr) sdk::fail(ASSAY_ERR_INVALID, "the host pointer of a copy is NULL");
    return pointer;
}

/// Whether it is done. Throws with the status when its work, or work before it, failed.
bool done(cl_event event) {
    cl_int state = CL_QUEUED;
    check(clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof state, &state, nullptr),
          "clGetEventInfo");
    if (state < 0) check(state, "work on this queue failed");
    return state == CL_COMPLETE;
}

/// Looks until it is done or the time is over.
bool poll(cl_event event, std::uint64_t timeout_ns, bool spin) {
    constexpr std::chrono::microseconds longest{500};  // chosen: a coarse answer costs no CPU
    std::chrono::microseconds nap{10};
    const std::uint64_t began = sdk::host.now_ns();
    while (!done(event)) {
        if (sdk::host.now_ns() - began >= timeout_ns) return false;
        if (spin) continue;
        std::this_thread::sleep_for(nap);
        nap = std::min(2 * nap, longest);
    }
    return true;
}

}  // namespace

void MarkerEvent::set(cl_event event) {
    check(clRetainEvent(event), "clRetainEvent");
    event_ = CommandEvent(event);
}

cl_event MarkerEvent::get() const {
    if (!event_) sdk::fail(ASSAY_ERR_INVALID, "an event that was never recorded");
    return event_.get();
}

cl_ulong MarkerEvent::stamp() const {
    cl_ulong ns = 0;
    check(clGetEventProfilingInfo(get(), CL_PROFILING_COMMAND_END, sizeof ns, &ns, nullptr),
          "the time of an event, which must be done");
    return ns;
}

InOrderQueue::InOrderQueue(cl_context context, cl_device_id device, std::set<InOrderQueue*>& all)
    : all_(all) {
    cl_int status = CL_SUCCESS;
    queue_ =
        CommandQueue(clCreateCommandQueue(context, device, CL_QUEUE_PROFILING_ENABLE, &status));
    check(status, "clCreateCommandQueue");
    all_.insert(this);
}

InOrderQueue::~InOrderQueue() {
    all_.erase(this);
}

cl_event InOrderQueue::marker() {
    if (!marked_) {
        cl_event event = nullptr;
        check(clEnqueueMarkerWithWaitList(queue_.get(), 0, nullptr, &event),
              "clEnqueueMarkerWithWaitList");
        last_ = CommandEvent(event);
        marked_ = true;
        check(clFlush(queue_.get()), "clFlush");  // whoever waits, here or on another queue
    }
    return last_.get();
}

bool InOrderQueue::wait(std::uint64_t timeout_ns, bool spin) {
    const cl_event event = marker();
    if (spin || timeout_ns != UINT64_MAX) {
        if (!poll(event, timeout_ns, spin)) return false;
    } else {
        const cl_int status = clWaitForEvents(1, &event);
        if (status != CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST)
            check(status, "clWaitForEvents");
        done(event);
    }
    look_for_faults();
    return true;
}

void InOrderQueue::look_for_faults() {
    const cl_mem faults = std::exchange(faults_, nullptr);
    if (faults == nullptr) return;
    cl_int found = 0;
    const cl_int none = 0;
    check(clEnqueueReadBuffer(queue_.get(), faults, CL_TRUE, 0, sizeof found, &found, 0, nullptr,
                              nullptr),
          "clEnqueueReadBuffer");
    if (found == 0) return;
    check(clEnqueueWriteBuffer(queue_.get(), faults, CL_TRUE, 0, sizeof none, &none, 0, nullptr,
                               nullptr),
          "clEnqueueWriteBuffer");
    sdk::fail(ASSAY_ERR_INVALID, "an index, length or position was outside of its tensor");
}

void InOrderQueue::to_device(sdk::Buffer& to, std::uint64_t offset, const void* from,
                             std::uint64_t bytes) {
    device_buffer(to).require_range(offset, bytes);
    if (bytes == 0) return;
    check(clEnqueueWriteBuffer(working(), device_buffer(to).get(), CL_FALSE, offset, bytes,
                               checked(from), 0, nullptr, nullptr),
          "clEnqueueWriteBuffer");
}

void InOrderQueue::to_host(void* to, sdk::Buffer& from, std::uint64_t offset, std::uint64_t bytes) {
    device_buffer(from).require_range(offset, bytes);
    if (bytes == 0) return;
    checked(to);
    check(clEnqueueReadBuffer(working(), device_buffer(from).get(), CL_FALSE, offset, bytes, to, 0,
                              nullptr, nullptr),
          "clEnqueueReadBuffer");
}

void InOrderQueue::on_device(sdk::Buffer& to, std::uint64_t to_offset, sdk::Buffer& from,
                             std::uint64_t from_offset, std::uint64_t bytes) {
    device_buffer(to).require_range(to_offset, bytes);
    device_buffer(from).require_range(from_offset, bytes);
    if (bytes == 0) return;
    check(clEnqueueCopyBuffer(working(), device_buffer(from).get(), device_buffer(to).get(),
                              from_offset, to_offset, bytes, 0, nullptr, nullptr),
          "clEnqueueCopyBuffer");
}

void InOrderQueue::fill(sdk::Buffer& to, std::uint64_t offset, std::uint64_t bytes,
                        std::uint32_t pattern) {
    device_buffer(to).require_range(offset, bytes);
    const auto put = [&](const void* value, std::uint64_t width, std::uint64_t at,
                         std::uint64_t size) {
        if (size == 0) return;
        check(clEnqueueFillBuffer(working(), device_buffer(to).get(), value, width, offset + at,
                                  size, 0, nullptr, nullptr),
              "clEnqueueFillBuffer");
    };
    // OpenCL fills whole patterns from a multiple of their size; what is around them goes by bytes.
    const auto byte = [&](std::uint64_t at) {
        const auto value = static_cast<std::uint8_t>(pattern >> (at % 4 * 8));
        put(&value, 1, at, 1);
    };
    const std::uint64_t head = std::min<std::uint64_t>((4 - offset % 4) % 4, bytes);
    const std::uint64_t whole = (bytes - head) / 4 * 4;
    const auto turned = head == 0 ? pattern : pattern >> (8 * head) | pattern << (32 - 8 * head);
    for (std::uint64_t at = 0; at < head; ++at) byte(at);
    put(&turned, 4, head, whole);
    for (std::uint64_t at = head + whole; at < bytes; ++at) byte(at);
}

void InOrderQueue::record(sdk::Event& event) {
    marked_ = false;  // a stamp of now, not of when the queue ran empty
    static_cast<MarkerEvent&>(event).set(marker());
}

void InOrderQueue::wait_event(sdk::Event& event) {
    const cl_event first = static_cast<MarkerEvent&>(event).get();
    check(clEnqueueBarrierWithWaitList(working(), 1, &first, nullptr),
          "clEnqueueBarrierWithWaitList");
}

}  // namespace assay::opencl
