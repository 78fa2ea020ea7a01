// SPDX-License-Identifier: Apache-2.0
// See matmul_exec.hpp.
#include "matmul_exec.hpp"

namespace assay::onednn {
namespace {

using dnnl::memory;

void require(dnnl_status_t status, const char* doing) {
    if (status == dnnl_success) return;
    throw as_sdk_error(dnnl::error(status, doing), doing);
}

}  // namespace

MatmulExec::MatmulExec(const dnnl::engine& engine, const Problem& problem)
    : engine_(engine), stream_(engine), problem_(problem) {
    const std::uint64_t begin = sdk::host.now_ns();
    adopt(choose(engine_, problem_, BLayout::as_given));
    build_ns_ = sdk::host.now_ns() - begin;
}

/// Makes the primitive and everything that a call needs, so that enqueue only sets pointers.
void MatmulExec::adopt(const dnnl::matmul::primitive_desc& chosen) {
    try {
        primitive_ = dnnl::matmul(chosen);
        scratchpad_ = memory(chosen.scratchpad_desc(), engine_);
        memories_.clear();
        arguments_.clear();
        slots_.clear();
        add_slot(DNNL_ARG_SRC, problem_.a, problem_.a_bytes);
        if (packed_b_) {
            add_argument(DNNL_ARG_WEIGHTS, packed_b_);
        } else {
            add_slot(DNNL_ARG_WEIGHTS, problem_.b, problem_.b_bytes);
        }
        if (problem_.bias) add_slot(DNNL_ARG_BIAS, *problem_.bias, problem_.bias_bytes);
        add_slot(DNNL_ARG_DST, problem_.d, problem_.d_bytes);
        add_argument(DNNL_ARG_SCRATCHPAD, scratchpad_);
    } catch (const dnnl::error& error) {
        throw as_sdk_error(error, "cannot build the matmul for " + problem_.types);
    }
    path_ = chosen.impl_info_str();
    if (packed_b_) path_ += ", B packed";
    if (problem_.folded) path_ += ", batch folded into m";
}

/// The same from a 1x1 convolution, whose B is packed already.
void MatmulExec::adopt(const Pointwise& chosen) {
    primitive_ = chosen.primitive;
    scratchpad_ = memory(chosen.scratchpad, engine_);
    memories_.clear();
    arguments_.clear();
    slots_.clear();
    add_slot(DNNL_ARG_SRC, chosen.a, problem_.a_bytes);
    add_argument(DNNL_ARG_WEIGHTS, packed_b_);
    if (chosen.bias) add_slot(DNNL_ARG_BIAS, *chosen.bias, problem_.bias_bytes);
    add_slot(DNNL_ARG_DST, chosen.d, problem_.d_bytes);
    add_argument(DNNL_ARG_SCRATCHPAD, scratchpad_);
    path_ = chosen.implementation + " as a 1x1 convolution, B packed";
    if (problem_.folded) path_ += ", batch folded into m";
}

void MatmulExec::add_argument(int argument, const memory& given) {
    memories_.push_back(given);
    arguments_.push_back({argument, given.get()});
}

void MatmulExec::add_slot(int argument, const memory::desc& desc, std::uint64_t bytes) {
    add_argument(argument, memory(desc, engine_, nullptr));
    slots_.push_back({memories_.back().get(), bytes, nullptr});
}

void MatmulExec::enqueue(sdk::Queue&, sdk::Bindings bindings) {
    if (bindings.size() != slots_.size()) {
        sdk::fail(ASSAY_ERR_INVALID, "matmul: %u bindings, needed are %zu", bindings.size(),
                  slots_.size());
    }
    for (std::uint32_t i = 0; i < slots_.size(); ++i) {
        Slot& slot = slots_[i];
        void* data = bindings.data<void>(i, slot.bytes);
        if (data == slot.data) continue;
        require(dnnl_memory_set_data_handle(slot.memory, data), "cannot set a pointer");
        slot.data = data;
    }
    require(dnnl_primitive_execute(primitive_.get(), stream_.get(),
                                   static_cast<int>(arguments_.size()), arguments_.data()),
            "cannot execute the matmul");
    require(dnnl_stream_wait(stream_.get()), "cannot wait for the matmul");
}

void MatmulExec::bind_const(std::uint32_t input, const assay_binding& binding) {
    if (input != 1) sdk::fail(ASSAY_ERR_UNSUPPORTED, "only B is repacked, not input %u", input);
    if (!problem_.constant_b) sdk::fail(ASSAY_ERR_INVALID, "B was not declared constant");
    void* data = sdk::Bindings(&binding, 1).data<void>(0, problem_.b_bytes);
    const std::uint64_t begin = sdk::host.now_ns();
    if (const auto pointwise = as_pointwise(engine_, problem_)) {
        pack(data, pointwise->given_b, pointwise->packed_b);
        adopt(*pointwise);
    } else {
        const auto chosen = choose(engine_, problem_, BLayout::packed);
        pack(data, problem_.b, chosen.weights_desc());
        adopt(chosen);
    }
    build_ns_ += sdk::host.now_ns() - begin;
}

void MatmulExec::pack(void* data, const memory::desc& lies, const memory::desc& wanted) {
    try {
        memory given(lies, engine_, data), packed(wanted, engine_);
        dnnl::reorder(given, packed).execute(stream_, given, packed);
        stream_.wait();
        packed_b_ = packed;
    } catch (const dnnl::error& error) {
        throw as_sdk_error(error, "cannot repack B");
    }
}

void MatmulExec::describe(assay_exec_info& info) {
    info.accumulator = problem_.accumulator;
    info.math = ASSAY_MATH_STRICT;
    info.level = ASSAY_SUPPORT_NATIVE;
    info.workspace_bytes = scratchpad_.get_desc().get_size();
    info.constant_bytes = packed_b_ ? packed_b_.get_desc().get_size() : 0;
    info.build_ns = build_ns_;
    info.launches = 1;
    sdk::put(info.path, path_);
}

}  // namespace assay::onednn
