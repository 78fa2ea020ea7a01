// SPDX-License-Identifier: Apache-2.0
// See device.hpp.
#include "device.hpp"

#include "devices.hpp"
#include "matmul_exec.hpp"
#include "op_exec.hpp"

namespace assay::cuda {
namespace {

int capability_of(int index) {
    use(index);
    return 10 * attribute(index, cudaDevAttrComputeCapabilityMajor) +
           attribute(index, cudaDevAttrComputeCapabilityMinor);
}

}  // namespace

Device::Device(int index, bool timed)
    : index_(index),
      timed_(timed),
      capability_(capability_of(index)),
      lt_(made<LtHandle, cublasLtHandle_t>("cublasLtCreate", cublasLtCreate)),
      own_queue_(index, queues_),
      faults_(pinned_memory(sizeof(int))) {
    *faults() = 0;
}

void Device::memory(std::uint64_t& free_bytes, std::uint64_t& total_bytes) {
    use(index_);
    std::size_t free_here = 0, total_here = 0;
    check(cudaMemGetInfo(&free_here, &total_here), "cudaMemGetInfo");
    free_bytes = free_here;
    total_bytes = total_here;
}

std::unique_ptr<sdk::Buffer> Device::alloc(std::uint64_t bytes, int kind) {
    use(index_);
    return std::make_unique<Memory>(index_, bytes, kind);
}

std::unique_ptr<sdk::Queue> Device::queue() {
    use(index_);
    return std::make_unique<StreamQueue>(index_, queues_);
}

std::unique_ptr<sdk::Event> Device::event() {
    use(index_);
    return std::make_unique<StampedEvent>();
}

double Device::elapsed_ns(sdk::Event& from, sdk::Event& to) {
    use(index_);
    float milliseconds = 0;
    check(cudaEventElapsedTime(&milliseconds, static_cast<StampedEvent&>(from).recorded(),
                               static_cast<StampedEvent&>(to).recorded()),
          "cudaEventElapsedTime");
    return static_cast<double>(milliseconds) * 1e6;
}

bool Device::wait_all(std::uint64_t timeout_ns) {
    use(index_);
    if (timeout_ns == UINT64_MAX) {
        check(cudaDeviceSynchronize(), "work on this device");
        return true;
    }
    const std::uint64_t began = sdk::host.now_ns();
    for (StreamQueue* queue : queues_) {
        const std::uint64_t spent = sdk::host.now_ns() - began;
        if (!queue->wait(timeout_ns > spent ? timeout_ns - spent : 0, false)) return false;
    }
    return true;
}

sdk::Support Device::query(const sdk::Op& op) {
    use(index_);
    if (op.kind() != ASSAY_OP_MATMUL) return support_of(op);
    return matmul_support(*this, op, timed_);
}

std::unique_ptr<sdk::Exec> Device::prepare(const sdk::Op& op, const sdk::Options&) {
    use(index_);
    if (op.kind() != ASSAY_OP_MATMUL) return std::make_unique<OpExec>(*this, plan_of(op));
    return std::make_unique<MatmulExec>(*this, op, timed_);
}

}  // namespace assay::cuda
