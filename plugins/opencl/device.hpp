// SPDX-License-Identifier: Apache-2.0
// One open OpenCL device: its context, its kernels, what it learned, and a queue of its own for
// what prepare does.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "clblast.hpp"
#include "gemm_kernels.hpp"
#include "memory.hpp"
#include "queue.hpp"

namespace assay::opencl {

class Device final : public sdk::Device {
public:
    /// `clblast` outlives it.
    Device(cl_device_id id, const std::string& forced_gemm, const Clblast& clblast);
    ~Device() override { clblast_.forget(); }

    void memory(std::uint64_t& free_bytes, std::uint64_t& total_bytes) override;
    std::unique_ptr<sdk::Buffer> alloc(std::uint64_t bytes, int kind) override;
    std::unique_ptr<sdk::Queue> queue() override;
    std::unique_ptr<sdk::Event> event() override { return std::make_unique<MarkerEvent>(); }
    double elapsed_ns(sdk::Event& from, sdk::Event& to) override;
    sdk::Support query(const sdk::Op& op) override;
    std::unique_ptr<sdk::Exec> prepare(const sdk::Op& op, const sdk::Options& options) override;
    bool wait_all(std::uint64_t timeout_ns) override;

    const Clblast& clblast() const { return clblast_; }
    bool is_cpu() const { return is_cpu_; }
    bool f64() const { return f64_; }
    /// Work-items that a group may have.
    std::size_t largest_group() const {
        return fact<std::size_t>(id_, CL_DEVICE_MAX_WORK_GROUP_SIZE, 1);
    }
    Programs& programs() { return programs_; }
    /// For prepare and bind_const.
    InOrderQueue& own_queue() { return own_queue_; }
    std::unique_ptr<DeviceBuffer> buffer(std::uint64_t bytes);
    /// A read-only copy of a struct that kernels look into.
    template <class T>
    Memory parameters(T value) {
        return parameters(&value, sizeof value, CL_MEM_READ_ONLY);
    }
    /// An int that kernels set when an index is outside of its tensor.
    cl_mem faults() const { return faults_.get(); }
    GemmType gemm_type(assay_dtype dtype) const;
    /// The fastest kernels for a matmul, timed at the first asking.
    const GemmChoice& choice(const GemmShape& shape, GemmType type, bool timed);

private:
    Memory parameters(void* bytes, std::size_t size, cl_mem_flags access);

    cl_device_id id_;
    bool is_cpu_, f64_;
    std::string forced_gemm_;
    const Clblast& clblast_;
    Context context_;
    std::shared_ptr<Ledger> ledger_;
    std::set<InOrderQueue*> queues_;
    InOrderQueue own_queue_;
    Programs programs_;
    Memory faults_;
    std::map<std::string, GemmChoice> choices_;
};

}  // namespace assay::opencl
