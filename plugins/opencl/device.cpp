// SPDX-License-Identifier: Apache-2.0
// See device.hpp.
#include "device.hpp"

#include <cstring>

#include "gemm_exec.hpp"
#include "op_exec.hpp"

namespace assay::opencl {
namespace {

Context context_of(cl_device_id id) {
    cl_int status = CL_SUCCESS;
    Context context(clCreateContext(nullptr, 1, &id, nullptr, nullptr, &status));
    check(status, "clCreateContext");
    return context;
}

std::shared_ptr<Ledger> ledger_of(cl_device_id id) {
    auto ledger = std::make_shared<Ledger>();
    ledger->total = fact<cl_ulong>(id, CL_DEVICE_GLOBAL_MEM_SIZE);
    ledger->largest = fact<cl_ulong>(id, CL_DEVICE_MAX_MEM_ALLOC_SIZE, ledger->total);
    return ledger;
}

}  // namespace

Device::Device(cl_device_id id, const std::string& forced_gemm, const Clblast& clblast)
    : id_(id),
      is_cpu_((fact<cl_device_type>(id, CL_DEVICE_TYPE) & CL_DEVICE_TYPE_CPU) != 0),
      f64_(has_f64(id)),
      forced_gemm_(forced_gemm),
      clblast_(clblast),
      context_(context_of(id)),
      ledger_(ledger_of(id)),
      own_queue_(context_.get(), id, queues_),
      programs_(context_.get(), id) {
    cl_int none = 0;
    faults_ = parameters(&none, sizeof none, CL_MEM_READ_WRITE);
}

void Device::memory(std::uint64_t& free_bytes, std::uint64_t& total_bytes) {
    total_bytes = ledger_->total;
    free_bytes = ledger_->total - ledger_->used;
}

std::unique_ptr<sdk::Buffer> Device::alloc(std::uint64_t bytes, int kind) {
    if (kind != ASSAY_MEM_DEVICE) {
        sdk::fail(ASSAY_ERR_UNSUPPORTED, "memory of kind %d: only device memory is offered", kind);
    }
    return buffer(bytes);
}

std::unique_ptr<DeviceBuffer> Device::buffer(std::uint64_t bytes) {
    return std::make_unique<DeviceBuffer>(context_.get(), ledger_, bytes);
}

std::unique_ptr<sdk::Queue> Device::queue() {
    return std::make_unique<InOrderQueue>(context_.get(), id_, queues_);
}

double Device::elapsed_ns(sdk::Event& from, sdk::Event& to) {
    const cl_ulong began = static_cast<MarkerEvent&>(from).stamp(),
                   ended = static_cast<MarkerEvent&>(to).stamp();
    return static_cast<double>(static_cast<std::int64_t>(ended - began));
}

bool Device::wait_all(std::uint64_t timeout_ns) {
    const std::uint64_t began = sdk::host.now_ns();
    for (InOrderQueue* queue : queues_) {
        const std::uint64_t spent = sdk::host.now_ns() - began;
        const std::uint64_t left = timeout_ns > spent ? timeout_ns - spent : 0;
        if (!queue->wait(timeout_ns == UINT64_MAX ? timeout_ns : left, false)) return false;
    }
    return true;
}

Memory Device::parameters(void* bytes, std::size_t size, cl_mem_flags access) {
    cl_int status = CL_SUCCESS;
    Memory memory(
        clCreateBuffer(context_.get(), access | CL_MEM_COPY_HOST_PTR, size, bytes, &status));
    check(status, "clCreateBuffer of parameters");
    return memory;
}

GemmType Device::gemm_type(assay_dtype dtype) const {
    const bool wide = dtype == ASSAY_F64;
    const auto native = fact<cl_uint>(
        id_, wide ? CL_DEVICE_NATIVE_VECTOR_WIDTH_DOUBLE : CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT);
    return {dtype, native >= 16 ? 16 : native >= 8 ? 8 : 4};
}

const GemmChoice& Device::choice(const GemmShape& shape, GemmType type, bool timed) {
    std::string key(sizeof shape, '\0');
    std::memcpy(key.data(), &shape, sizeof shape);
    key += std::to_string(type.dtype) + (timed ? "t" : "u");
    const auto found = choices_.find(key);
    if (found != choices_.end()) return found->second;
    return choices_.emplace(key, choose(*this, shape, type, forced_gemm_, timed)).first->second;
}

sdk::Support Device::query(const sdk::Op& op) {
    if (op.kind() != ASSAY_OP_MATMUL) return support_of(op, f64_);
    const sdk::Matmul mm(op);
    std::string why_not = refusal(op, mm, f64_);
    if (why_not.empty()) why_not = forced_refusal(*this, shape_of(mm), forced_gemm_);
    if (!why_not.empty()) return sdk::Support::no(why_not);
    // Kernels sum in different orders, and which one is the fastest may change with the process.
    const bool timed = !op.deterministic() && forced_gemm_ == "auto";
    return sdk::Support::native(mm.a.dtype, !timed);
}

std::unique_ptr<sdk::Exec> Device::prepare(const sdk::Op& op, const sdk::Options&) {
    if (op.kind() != ASSAY_OP_MATMUL) return std::make_unique<OpExec>(*this, plan_of(op, f64_));
    return std::make_unique<GemmExec>(*this, op);
}

}  // namespace assay::opencl
