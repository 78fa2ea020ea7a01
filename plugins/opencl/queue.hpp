// SPDX-License-Identifier: Apache-2.0
// An in-order queue of OpenCL, which returns before the work is done, and its events. An event is
// the device's own stamp of a marker: the end of everything before it.
#pragma once

#include <memory>
#include <set>

#include "api.hpp"
#include "memory.hpp"

namespace assay::opencl {

class MarkerEvent final : public sdk::Event {
public:
    /// Throws INVALID before the first record.
    cl_event get() const;
    void set(cl_event event);
    /// Nanoseconds of the device's clock. Throws INVALID when it is not done yet.
    cl_ulong stamp() const;

private:
    CommandEvent event_;
};

class InOrderQueue final : public sdk::Queue {
public:
    /// `all`: where it stands among the queues of its device; outlives it.
    InOrderQueue(cl_context context, cl_device_id device, std::set<InOrderQueue*>& all);
    ~InOrderQueue() override;

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

    /// For whoever puts work on it.
    cl_command_queue working() {
        marked_ = false;
        return queue_.get();
    }
    /// Work was put on it that sets `faults`, an int, when it finds an index outside of its tensor:
    /// the next wait looks and throws INVALID.
    void watch(cl_mem faults) { faults_ = faults; }
    /// Waits for ever.
    void finish() { wait(UINT64_MAX, false); }

private:
    /// An event at the end of all work so far; the last one again when there was none since.
    cl_event marker();
    void look_for_faults();

    std::set<InOrderQueue*>& all_;
    CommandQueue queue_;
    CommandEvent last_;
    cl_mem faults_ = nullptr;
    bool marked_ = false;  ///< no work came after last_
};

inline InOrderQueue& in_order_queue(sdk::Queue& queue) {
    return static_cast<InOrderQueue&>(queue);
}

}  // namespace assay::opencl
