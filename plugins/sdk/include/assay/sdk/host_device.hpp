// SPDX-License-Identifier: Apache-2.0
// A complete synchronous device for work that runs on the calling CPU: memory, copies, events.
// A CPU plugin derives from HostDevice and adds query() and prepare().
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

#include "assay/sdk/host.hpp"
#include "assay/sdk/interface.hpp"

namespace assay {
namespace sdk {

/// Page-aligned memory. Throws std::bad_alloc, also for sizes that no machine has.
class HostBuffer : public Buffer {
public:
    explicit HostBuffer(std::uint64_t bytes) : bytes_(bytes) {
        if (bytes > UINT64_MAX - page) throw std::bad_alloc();
        const std::uint64_t rounded = (std::max<std::uint64_t>(bytes, 1) + page - 1) / page * page;
        memory_ = std::aligned_alloc(page, rounded);
        if (memory_ == nullptr) throw std::bad_alloc();
    }
    ~HostBuffer() override { std::free(memory_); }
    HostBuffer(const HostBuffer&) = delete;
    HostBuffer& operator=(const HostBuffer&) = delete;

    void* host_pointer() override { return memory_; }
    void* address() final { return memory_; }
    std::uint64_t bytes() const { return bytes_; }

private:
    static constexpr std::uint64_t page = 4096;
    std::uint64_t bytes_;
    void* memory_ = nullptr;
};

/// A stamp of the host's clock.
struct HostEvent : Event {
    std::uint64_t ns = 0;
};

/// Every call is done when it returns. Ranges outside a buffer are refused.
class HostQueue : public Queue {
public:
    bool wait(std::uint64_t, bool) override { return true; }

    void to_device(Buffer& to, std::uint64_t offset, const void* from,
                   std::uint64_t bytes) override {
        char* at = range(to, offset, bytes);
        if (bytes > 0) std::memcpy(at, checked(from), bytes);
    }
    void to_host(void* to, Buffer& from, std::uint64_t offset, std::uint64_t bytes) override {
        const char* at = range(from, offset, bytes);
        if (bytes == 0) return;
        checked(to);
        std::memcpy(to, at, bytes);
    }
    void on_device(Buffer& to, std::uint64_t to_offset, Buffer& from, std::uint64_t from_offset,
                   std::uint64_t bytes) override {
        std::memmove(range(to, to_offset, bytes), range(from, from_offset, bytes), bytes);
    }
    void fill(Buffer& to, std::uint64_t offset, std::uint64_t bytes,
              std::uint32_t pattern) override {
        char* at = range(to, offset, bytes);
        for (std::uint64_t i = 0; i < bytes; i += 4) {
            std::memcpy(at + i, &pattern, std::min<std::uint64_t>(4, bytes - i));
        }
    }
    void record(Event& event) override { static_cast<HostEvent&>(event).ns = host.now_ns(); }
    void wait_event(Event&) override {}

private:
    static const void* checked(const void* pointer) {
        if (pointer == nullptr) fail(ASSAY_ERR_INVALID, "the host pointer of a copy is NULL");
        return pointer;
    }
    static char* range(Buffer& buffer, std::uint64_t offset, std::uint64_t bytes) {
        auto& memory = static_cast<HostBuffer&>(buffer);
        if (offset > memory.bytes() || bytes > memory.bytes() - offset) {
            fail(ASSAY_ERR_INVALID, "a copy or fill leaves its buffer of %llu bytes",
                 static_cast<unsigned long long>(memory.bytes()));
        }
        return static_cast<char*>(memory.address()) + offset;
    }
};

struct HostDevice : Device {
    void memory(std::uint64_t& free_bytes, std::uint64_t& total_bytes) override {
        free_bytes = total_bytes = 0;
    }
    std::unique_ptr<Buffer> alloc(std::uint64_t bytes, int kind) override {
        if (kind < ASSAY_MEM_DEVICE || kind > ASSAY_MEM_SHARED) {
            fail(ASSAY_ERR_UNSUPPORTED, "memory of kind %d", kind);
        }
        return std::make_unique<HostBuffer>(bytes);
    }
    std::unique_ptr<Queue> queue() override { return std::make_unique<HostQueue>(); }
    std::unique_ptr<Event> event() override { return std::make_unique<HostEvent>(); }
    double elapsed_ns(Event& from, Event& to) override {
        const auto began = static_cast<HostEvent&>(from).ns, ended = static_cast<HostEvent&>(to).ns;
        return static_cast<double>(static_cast<std::int64_t>(ended - began));
    }
    bool wait_all(std::uint64_t) override { return true; }
};

/// The description of the CPU a HostDevice runs on; the author adds name and arch.
inline assay_device_info host_device_info() {
    auto info = make<assay_device_info>();
    info.kind = ASSAY_KIND_CPU;
    info.timer = ASSAY_TIMER_HOST;
    info.timer_resolution_ns = 1;
    info.numa_node = -1;
    info.max_queues = 1;
    info.buffer_alignment = 4096;
    put(info.id, "cpu0");
    return info;
}

}  // namespace sdk
}  // namespace assay
