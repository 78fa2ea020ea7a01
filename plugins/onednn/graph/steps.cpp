// SPDX-License-Identifier: Apache-2.0
// See steps.hpp.
#include "graph/steps.hpp"

namespace assay::onednn {
namespace {

void succeed(dnnl_status_t status, const std::string& what) {
    if (status != dnnl_success)
        sdk::fail(ASSAY_ERR_INTERNAL, "oneDNN cannot run %s (status %d)", what.c_str(), status);
}

}  // namespace

PrimitiveStep::PrimitiveStep(std::string what, dnnl::primitive primitive,
                             const std::vector<Argument>& arguments)
    : Step(std::move(what)),
      primitive_(std::move(primitive)),
      stream_(arguments.at(0).memory.get_engine()) {
    for (const Argument& each : arguments) {
        kept_.push_back(each.memory);
        arguments_.push_back({each.argument, kept_.back().get()});
        if (!each.placed) {
            constant_bytes_ += each.memory.get_desc().get_size();
            continue;
        }
        placed_.push_back(kept_.back().get());
        operands_.push_back(each.place);
    }
}

// The C function: the C++ one allocates.
void PrimitiveStep::run(sdk::Queue&) {
    succeed(dnnl_primitive_execute(primitive_.get(), stream_.get(),
                                   static_cast<int>(arguments_.size()), arguments_.data()),
            what());
    succeed(dnnl_stream_wait(stream_.get()), what());
}

void PrimitiveStep::place(std::size_t operand, void* data) {
    succeed(dnnl_memory_set_data_handle(placed_[operand], data),
            "set pointer " + std::to_string(operand) + " of " + what());
}

ExecStep::ExecStep(std::string what, std::unique_ptr<sdk::Exec> exec,
                   const std::vector<Binding>& bindings)
    : Step(std::move(what)), exec_(std::move(exec)), info_(sdk::make<assay_exec_info>()) {
    for (const Binding& each : bindings) {
        operands_.push_back(each.place);
        bindings_.push_back(buffers_.emplace_back().binding(each.bytes));
    }
    exec_->describe(info_);
}

void ExecStep::run(sdk::Queue& queue) {
    exec_->enqueue(queue, {bindings_.data(), static_cast<std::uint32_t>(bindings_.size())});
}

}  // namespace assay::onednn
