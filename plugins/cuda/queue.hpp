// SPDX-License-Identifier: Apache-2.0
// A stream of CUDA, which returns before the work is done, and its events, which the device stamps.
#pragma once

#include <cstdint>
#include <set>

#include "api.hpp"
#include "memory.hpp"

namespace assay::cuda {

class StampedEvent final : public sdk::Event {
public:
    StampedEvent() : event_(timing_event()) {}
    cudaEvent_t get() const { return event_.get(); }
    /// Throws INVALID before the first record.
    cudaEvent_t recorded() const;
    void set_recorded() { recorded_ = true; }

private:
    EventHandle event_;
    bool recorded_ = false;  ///< CUDA takes an event that was not for one that is done
};

class StreamQueue final : public sdk::Queue {
public:
    /// Scratch memory that each stream has for itself, as executables may run on several at once.
    /// cuBLAS recommends 32 MiB for Hopper, less for older ones.
    static constexpr std::uint64_t workspace_bytes = std::uint64_t{32} << 20;

    /// `all`: where it stands among the queues of its device; outlives it.
    StreamQueue(int device, std::set<StreamQueue*>& all);
    ~StreamQueue() override;

    bool wait(std::uint64_t timeout_ns, bool spin) override;
    void to_device(sdk::Buffer& to, std::uint64_t offset, const void* from,
                   std::uint64_t bytes) override;
    void to_host(void* to, sdk::Buffer& from, std::uint64_t offset, std::uint64_t bytes) override;
    void on_device(sdk::Buffer& to, std::uint64_t to_offset, sdk::Buffer& from,
                   std::uint64_t from_offset, std::uint64_t bytes) override;
    void fill(sdk::Buffer& to, std::uint64_t offset, std::uint64_t bytes,
              std::uint32_t pattern) override;
    void record(sdk::Event& event) override;
    void wait_event(sdk::Event& event) override;

    int device() const { return device_; }
    cudaStream_t stream() const { return stream_.get(); }
    void* workspace() const { return workspace_.get(); }
    /// Work was put on it that sets `faults` when it finds an index outside of its tensor: the next
    /// wait looks and throws INVALID.
    void watch(int* faults) { faults_ = faults; }
    /// Null when nothing of the kind was put on it since the last wait.
    int* watched() const { return faults_; }

private:
    /// Without spinning: the thread sleeps until the driver wakes it.
    void block();
    void look_for_faults();
    void copy(void* to, const void* from, std::uint64_t bytes);

    int device_;
    std::set<StreamQueue*>& all_;
    Stream stream_;
    EventHandle end_;
    DeviceMemory workspace_;
    int* faults_ = nullptr;
};

inline StreamQueue& stream_queue(sdk::Queue& queue) {
    return static_cast<StreamQueue&>(queue);
}

}  // namespace assay::cuda
