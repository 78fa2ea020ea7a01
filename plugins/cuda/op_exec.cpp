// SPDX-License-Identifier: Apache-2.0
// See op_exec.hpp.
#include "op_exec.hpp"

namespace assay::cuda {
namespace {

const char* name_of(Kernel kernel) {
    constexpr const char* names[] = {"elementwise", "finish", "softmax",   "norm",    "reduce",
                                     "gather_bags", "rope",   "attention", "conv",    "pool",
                                     "copy",        "pad",    "gather",    "scatter", "fill"};
    return names[static_cast<int>(kernel)];
}

}  // namespace

sdk::Support support_of(const sdk::Op& op) {
    const Plan plan = plan_of(op);
    for (const Launch& launch : plan.launches) check(load(launch.call), "loading a kernel");
    return sdk::Support::native(plan.accumulator);
}

OpExec::OpExec(Device& device, Plan plan) : device_(device), plan_(std::move(plan)) {
    places_.resize(plan_.inputs.size() + plan_.outputs.size());
    for (Launch& launch : plan_.launches) launch.call.arguments.fault = device_.faults();
}

void* OpExec::place(const sdk::Bindings& bindings, std::uint32_t i, const View& view) const {
    const assay_binding& binding = bindings[i];
    if (binding.size < view.bytes) {
        sdk::fail(ASSAY_ERR_INVALID, "%s: binding %u is too small", plan_.name, i);
    }
    if (binding.offset % view.width != 0) {
        sdk::fail(ASSAY_ERR_INVALID, "%s: binding %u begins within an element", plan_.name, i);
    }
    return memory_of(bindings.buffer(i)).range(binding.offset, view.bytes);
}

void OpExec::bind(const sdk::Bindings& bindings) {
    std::uint32_t next = 0;
    for (std::size_t i = 0; i < places_.size(); ++i) {
        const bool is_input = i < plan_.inputs.size();
        const View& view = is_input ? plan_.in(i) : plan_.out(i - plan_.inputs.size());
        places_[i] = view.present() ? place(bindings, next++, view) : nullptr;
    }
    if (next != bindings.size()) {
        sdk::fail(ASSAY_ERR_INVALID, "%s: %u bindings, needed are %u", plan_.name, bindings.size(),
                  next);
    }
    if (plan_.in_place && places_[0] != places_[plan_.inputs.size()]) {
        sdk::fail(ASSAY_ERR_INVALID, "%s works in place: bind the output where input 0 is bound",
                  plan_.name);
    }
}

void OpExec::enqueue(sdk::Queue& queue, sdk::Bindings bindings) {
    bind(bindings);
    StreamQueue& to = stream_queue(queue);
    use(device_.index());
    for (Launch& launch : plan_.launches) {
        for (std::size_t i = 0; i < launch.tensors.size(); ++i) {
            launch.call.arguments.at[i] = places_[launch.tensors[i]];
        }
        check(assay::cuda::launch(launch.call, to.stream()), "launching a kernel");
    }
    if (plan_.checks_indices) to.watch(device_.faults());
}

void OpExec::describe(assay_exec_info& info) {
    info.accumulator = plan_.accumulator;
    info.math = ASSAY_MATH_STRICT;
    info.level = ASSAY_SUPPORT_NATIVE;
    info.launches = static_cast<std::uint32_t>(plan_.launches.size());
    sdk::put(info.path, std::string("own kernel ") + name_of(plan_.launches.front().call.kernel));
}

}  // namespace assay::cuda
