// SPDX-License-Identifier: Apache-2.0
// See primitive_exec.hpp.
#include "primitive_exec.hpp"

namespace assay::onednn {
namespace {

void succeed(dnnl_status_t status, const char* doing) {
    if (status != dnnl_success) {
        sdk::fail(ASSAY_ERR_INTERNAL, "oneDNN cannot %s (status %d)", doing, status);
    }
}

}  // namespace

void PrimitiveExec::run() {
    for (Slot& slot : slots_) {
        void* data = slot.is_output ? out(slot.index) : const_cast<void*>(in(slot.index));
        if (data == slot.data) continue;
        succeed(dnnl_memory_set_data_handle(slot.memory.get(), data), "set a pointer");
        slot.data = data;
    }
    for (const Step& step : steps_) {
        succeed(
            dnnl_primitive_execute(step.primitive.get(), stream_.get(),
                                   static_cast<int>(step.arguments.size()), step.arguments.data()),
            "execute a primitive");
    }
    succeed(dnnl_stream_wait(stream_.get()), "wait");
}

void PrimitiveExec::forget_steps() {
    kept_.clear();
    steps_.clear();
    slots_.clear();
    workspace_bytes_ = 0;
}

PrimitiveExec::Memory PrimitiveExec::bound_input(std::size_t i, const Memory::desc& desc) {
    slots_.push_back({Memory(desc, engine_, nullptr), i, false, nullptr});
    return slots_.back().memory;
}

PrimitiveExec::Memory PrimitiveExec::bound_output(std::size_t i, const Memory::desc& desc) {
    slots_.push_back({Memory(desc, engine_, nullptr), i, true, nullptr});
    return slots_.back().memory;
}

PrimitiveExec::Memory PrimitiveExec::between(const Memory::desc& desc) {
    workspace_bytes_ += desc.get_size();
    return Memory(desc, engine_);
}

void PrimitiveExec::add_step(const dnnl::primitive& primitive, const Arguments& arguments) {
    Step step{primitive, {}};
    for (const auto& [argument, memory] : arguments) {
        kept_.push_back(memory);
        step.arguments.push_back({argument, memory.get()});
    }
    steps_.push_back(std::move(step));
}

void PrimitiveExec::add_reorder(const Memory& from, const Memory& to) {
    const auto attributes = strict_attributes();
    const dnnl::reorder::primitive_desc chosen(engine_, from.get_desc(), engine_, to.get_desc(),
                                               attributes);
    add_step(dnnl::reorder(chosen), {{DNNL_ARG_FROM, from},
                                     {DNNL_ARG_TO, to},
                                     {DNNL_ARG_SCRATCHPAD, between(chosen.scratchpad_desc())}});
}

dnnl::memory::desc described(const View& view, const std::vector<int>& order) {
    const auto type = data_type(view.dtype);
    if (!type) unsupported("oneDNN has no " + dtype_name(view.dtype) + " on a CPU");
    if (view.scale != ASSAY_SCALE_NONE) unsupported("a scaled tensor");
    dnnl::memory::dims dims, strides;
    for (const int i : order) {
        dims.push_back(view.dim(i));
        strides.push_back(view.step(i));
    }
    return {dims, *type, strides};
}

std::vector<int> logical_order(int spatial_rank, bool channels_last) {
    std::vector<int> order{0, channels_last ? spatial_rank + 1 : 1};
    for (int i = 0; i < spatial_rank; ++i) order.push_back(channels_last ? i + 1 : i + 2);
    return order;
}

dnnl::primitive_attr strict_attributes() {
    dnnl::primitive_attr attributes;
    // Set, not left to the default: DNNL_DEFAULT_FPMATH_MODE would change f32 into bf16 unseen.
    attributes.set_fpmath_mode(dnnl::fpmath_mode::strict);
    // Ours, so that it is reported, and so that enqueue allocates nothing.
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    return attributes;
}

}  // namespace assay::onednn
