// SPDX-License-Identifier: Apache-2.0
// See gemm_exec.hpp.
#include "gemm_exec.hpp"

#include <algorithm>

namespace assay::opencl {
GemmExec::GemmExec(Device& device, const sdk::Op& op)
    : device_(device), mm_(op), type_(device.gemm_type(mm_.a.dtype)), shape_(shape_of(mm_)) {
    const std::uint64_t began = sdk::host.now_ns();
    choice_ = device.choice(shape_, type_, !op.deterministic());
    call_ = call_of(choice_.each_call);
    if (call_->packs()) b_ = device.buffer(call_->packed_bytes());
    build_ns_ = sdk::host.now_ns() - began - std::min(choice_.tune_ns, sdk::host.now_ns() - began);
}

std::unique_ptr<GemmCall> GemmExec::call_of(const GemmKernel& kernel) {
    auto call = gemm_call(device_, kernel, shape_, type_, {mm_.alpha, mm_.beta});
    if (kernel.kind == GemmKind::clblast) call_once(*call);
    return call;
}

void GemmExec::call_once(GemmCall& call) {
    const auto scratch = [&](const sdk::Matrix& matrix, std::int64_t rows, std::int64_t columns) {
        auto buffer = device_.buffer(bytes(matrix, rows, columns));
        device_.own_queue().fill(*buffer, 0, buffer->bytes(), small_number);
        return buffer;
    };
    const auto a = scratch(mm_.a, mm_.m, mm_.k), b = scratch(mm_.b, mm_.k, mm_.n),
               d = scratch(mm_.d, mm_.m, mm_.n);
    call.bind({{a->get()}, {b->get()}, {a->get()}, {d->get()}, {d->get()}});
    call.enqueue(device_.own_queue().working());
    device_.own_queue().finish();
}

std::uint64_t GemmExec::bytes(const sdk::Matrix& matrix, std::int64_t rows,
                              std::int64_t columns) const {
    return static_cast<std::uint64_t>(mm_.extent(matrix, rows, columns)) *
           element_bytes(matrix.dtype);
}

GemmCall::Operand GemmExec::operand(const sdk::Bindings& bindings, std::uint32_t i,
                                    const sdk::Matrix& matrix, std::int64_t rows,
                                    std::int64_t columns) const {
    const assay_binding& binding = bindings[i];
    if (binding.size < bytes(matrix, rows, columns)) {
        sdk::fail(ASSAY_ERR_INVALID, "binding %u is too small", i);
    }
    const std::uint64_t width = element_bytes(matrix.dtype);
    if (binding.offset % width != 0) {
        sdk::fail(ASSAY_ERR_INVALID, "binding %u begins within an element", i);
    }
    return {device_buffer(bindings.buffer(i)).get(), static_cast<cl_long>(binding.offset / width)};
}

void GemmExec::enqueue(sdk::Queue& queue, sdk::Bindings bindings) {
    const bool has_bias = mm_.bias.present(), has_c = mm_.c.present();
    const std::uint32_t needed = 2u + !is_bound_ + has_bias + has_c;
    if (bindings.size() != needed) {
        sdk::fail(ASSAY_ERR_INVALID, "matmul: %u bindings, needed are %u", bindings.size(), needed);
    }
    std::uint32_t next = 0;
    GemmCall::Operand all[5];
    all[0] = operand(bindings, next++, mm_.a, mm_.m, mm_.k);
    if (!is_bound_) all[1] = operand(bindings, next++, mm_.b, mm_.k, mm_.n);
    all[2] = has_bias ? operand(bindings, next++, mm_.bias, 1, mm_.n) : all[0];
    all[3] = has_c ? operand(bindings, next++, mm_.c, mm_.m, mm_.n) : all[0];
    all[4] = operand(bindings, next, mm_.d, mm_.m, mm_.n);
    cl_command_queue to = in_order_queue(queue).working();
    if (!is_bound_ && call_->packs()) call_->pack(to, all[1], b_->get());
    if (is_bound_ || call_->packs()) all[1] = {b_->get(), 0};
    call_->bind(all);
    call_->enqueue(to);
}

void GemmExec::bind_const(std::uint32_t input, const assay_binding& binding) {
    if (input != 1 || !mm_.b.constant) {
        sdk::fail(ASSAY_ERR_UNSUPPORTED, "input %u is not repacked: only a constant B is", input);
    }
    const GemmCall::Operand given = operand(sdk::Bindings(&binding, 1), 0, mm_.b, mm_.k, mm_.n);
    auto call = call_of(choice_.bound);
    const std::uint64_t size = bytes(mm_.b, mm_.k, mm_.n);
    auto kept = device_.buffer(call->packs() ? call->packed_bytes() : size);
    device_.wait_all(UINT64_MAX);  // what wrote B
    if (call->packs()) {
        call->pack(device_.own_queue().working(), given, kept->get());
    } else {
        device_.own_queue().on_device(*kept, 0, *reinterpret_cast<sdk::Buffer*>(binding.buffer),
                                      binding.offset, size);
    }
    device_.own_queue().finish();
    call_ = std::move(call);
    b_ = std::move(kept);
    is_bound_ = true;
}

void GemmExec::describe(assay_exec_info& info) {
    const GemmKernel& kernel = is_bound_ ? choice_.bound : choice_.each_call;
    info.accumulator = mm_.a.dtype;
    info.math = ASSAY_MATH_STRICT;
    info.level = ASSAY_SUPPORT_NATIVE;
    info.launches = !is_bound_ && kernel.packed ? 2 : call_->launches();
    info.workspace_bytes = call_->workspace_bytes();
    (is_bound_ ? info.constant_bytes : info.workspace_bytes) += b_ != nullptr ? b_->bytes() : 0;
    info.build_ns = build_ns_;
    info.tune_ns = choice_.tune_ns;
    info.tuned_candidates = choice_.candidates;
    std::string path = name_of(kernel, type_) + call_->details();
    if (kernel.packed) path += is_bound_ ? ", B packed" : ", B packed in each call";
    if (shape_.batch_rank < mm_.batch_rank) path += ", batch folded into m";
    sdk::put(info.path, path);
}

}  // namespace assay::opencl
