// SPDX-License-Identifier: Apache-2.0
// See op_exec.hpp. Every kernel takes: how many items have work, the parameters, each tensor as
// memory and first element, and where to say that an index was wrong.
#include "op_exec.hpp"

#include <algorithm>

namespace assay::opencl {

void Plan::take_real(const View& view, const char* what) const {
    if (view.present() && view.dtype != real) {
        unsupported(std::string(name) + ": " + what + " is not of the type of the rest");
    }
}

Launch& Plan::add(const char* file, const char* entry, std::int64_t items, std::size_t group) {
    Launch launch{file, entry, "", {}, {}, items, group};
    for (std::size_t i = 0; i < inputs.size() + outputs.size(); ++i) launch.tensors.push_back(i);
    launches.push_back(launch);
    return launches.back();
}

std::int64_t Plan::number(double value) const {
    const auto narrow = static_cast<float>(value);
    std::int64_t bits = 0;
    if (real == ASSAY_F64) {
        std::memcpy(&bits, &value, sizeof value);
    } else {
        std::memcpy(&bits, &narrow, sizeof narrow);
    }
    return bits;
}

OpExec::OpExec(Device& device, Plan plan) : device_(device), plan_(std::move(plan)) {
    const std::uint64_t began = sdk::host.now_ns();
    for (const Launch& launch : plan_.launches) steps_.push_back(step_of(launch));
    places_.resize(plan_.inputs.size() + plan_.outputs.size());
    call_with_nothing_to_do();
    build_ns_ = sdk::host.now_ns() - began;
}

OpExec::Step OpExec::step_of(const Launch& launch) {
    const std::string macros = launch.macros + (plan_.real == ASSAY_F64 ? " -DT_IS_DOUBLE" : "") +
                               (device_.f64() ? " -DHAS_F64" : "") +
                               " -DV=" + std::to_string(device_.gemm_type(plan_.real).vector);
    Step step;
    step.parameters = device_.parameters(launch.problem);
    step.call = Call(device_.programs().kernel(launch.file, macros, launch.entry));
    step.tensors = launch.tensors;
    step.items = launch.items;
    const auto items = static_cast<std::size_t>(launch.items);
    const std::size_t group = std::min(launch.group, device_.largest_group());
    step.grid.local[0] = group;
    step.grid.global[0] = (items + group - 1) / group * group;
    step.call.set(1, step.parameters.get());
    step.call.set(static_cast<cl_uint>(2 + 2 * launch.tensors.size()), device_.faults());
    return step;
}

void OpExec::call_with_nothing_to_do() {
    for (Step& step : steps_) {
        step.call.set(0, cl_long{0});
        for (cl_uint i = 0; i < step.tensors.size(); ++i) {
            step.call.set(2 + 2 * i, device_.faults());  // any memory: none is touched
            step.call.set(3 + 2 * i, cl_long{0});
        }
        step.call.enqueue(device_.own_queue().working(), step.grid);
        step.call.set(0, cl_long{step.items});
    }
    device_.own_queue().finish();
}

OpExec::Place OpExec::place(const sdk::Bindings& bindings, std::uint32_t i,
                            const View& view) const {
    const assay_binding& binding = bindings[i];
    if (binding.size < view.bytes) {
        sdk::fail(ASSAY_ERR_INVALID, "%s: binding %u is too small", plan_.name, i);
    }
    if (binding.offset % view.width != 0) {
        sdk::fail(ASSAY_ERR_INVALID, "%s: binding %u begins within an element", plan_.name, i);
    }
    sdk::Buffer& buffer = bindings.buffer(i);
    return {device_buffer(buffer).get(), static_cast<cl_long>(binding.offset / view.width), &buffer,
            binding.offset};
}

void OpExec::bind(const sdk::Bindings& bindings) {
    std::uint32_t next = 0;
    for (std::size_t i = 0; i < places_.size(); ++i) {
        const bool is_input = i < plan_.inputs.size();
        const View& view = is_input ? plan_.in(i) : plan_.out(i - plan_.inputs.size());
        places_[i] =
            view.present() ? place(bindings, next++, view) : Place{device_.faults(), 0, nullptr, 0};
    }
    if (next != bindings.size()) {
        sdk::fail(ASSAY_ERR_INVALID, "%s: %u bindings, needed are %u", plan_.name, bindings.size(),
                  next);
    }
    const Place &first = places_[0], &result = places_[plan_.inputs.size()];
    if (plan_.in_place && (first.buffer != result.buffer || first.offset != result.offset)) {
        sdk::fail(ASSAY_ERR_INVALID, "%s works in place: bind the output where input 0 is bound",
                  plan_.name);
    }
}

void OpExec::enqueue(sdk::Queue& queue, sdk::Bindings bindings) {
    bind(bindings);
    InOrderQueue& to = in_order_queue(queue);
    for (Step& step : steps_) {
        cl_uint index = 2;
        for (const std::size_t tensor : step.tensors) {
            step.call.set(index++, places_[tensor].memory);
            step.call.set(index++, places_[tensor].at);
        }
        step.call.enqueue(to.working(), step.grid);
    }
    if (plan_.checks_indices) to.watch(device_.faults());
}

void OpExec::describe(assay_exec_info& info) {
    info.accumulator = plan_.accumulator;
    info.math = ASSAY_MATH_STRICT;
    info.level = ASSAY_SUPPORT_NATIVE;
    info.launches = static_cast<std::uint32_t>(steps_.size());
    info.build_ns = build_ns_;
    sdk::put(info.path, std::string("own kernel ") + plan_.launches.front().entry);
}

}  // namespace assay::opencl
