// SPDX-License-Identifier: Apache-2.0
// One open NVIDIA device: its cuBLASLt, its queues, and a queue of its own for what prepare does.
#pragma once

#include <memory>
#include <set>

#include "api.hpp"
#include "memory.hpp"
#include "queue.hpp"

namespace assay::cuda {

class Device final : public sdk::Device {
public:
    /// `timed`: whether prepare looks for the fastest algorithm.
    Device(int index, bool timed);

    void memory(std::uint64_t& free_bytes, std::uint64_t& total_bytes) override;
    std::unique_ptr<sdk::Buffer> alloc(std::uint64_t bytes, int kind) override;
    std::unique_ptr<sdk::Queue> queue() override;
    std::unique_ptr<sdk::Event> event() override;
    double elapsed_ns(sdk::Event& from, sdk::Event& to) override;
    sdk::Support query(const sdk::Op& op) override;
    std::unique_ptr<sdk::Exec> prepare(const sdk::Op& op, const sdk::Options& options) override;
    bool wait_all(std::uint64_t timeout_ns) override;

    int index() const { return index_; }
    /// 10 * major + minor.
    int capability() const { return capability_; }
    cublasLtHandle_t lt() const { return lt_.get(); }
    /// For prepare.
    StreamQueue& own_queue() { return own_queue_; }
    /// An int of the host that kernels set when an index lies outside of its tensor.
    int* faults() const { return static_cast<int*>(faults_.get()); }

private:
    int index_;
    bool timed_;
    int capability_;
    LtHandle lt_;
    std::set<StreamQueue*> queues_;
    StreamQueue own_queue_;
    PinnedMemory faults_;
};

}  // namespace assay::cuda
