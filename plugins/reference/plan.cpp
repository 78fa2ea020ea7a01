// SPDX-License-Identifier: Apache-2.0
#include "plugins/reference/plan.hpp"

#include <utility>

#include "plugins/reference/number.hpp"

namespace reference {
namespace {

/// The attribute struct that has no attribute.
struct Nothing {
    std::uint32_t struct_size;
    std::int32_t reserved0;
};

Array array_of(const View& view) {
    Array array;
    array.present = view.present();
    array.shape = view.shape;
    if (array.present) array.x.resize(static_cast<std::size_t>(view.shape.count()));
    return array;
}

std::string numbered(const char* name, const char* what, std::size_t i) {
    return std::string(name) + ": " + what + " " + std::to_string(i);
}

View checked(const sdk::Tensor& tensor, const std::string& what, const Signature& signature) {
    View view = view_of(tensor, what);
    can(signature.scaled || tensor.scale == ASSAY_SCALE_NONE, what.c_str(), "scales");
    return view;
}

}  // namespace

std::uint64_t Plan::workspace() const {
    std::uint64_t bytes = reserve_bytes;
    if (!compute) return bytes;
    for (const auto* list : {&views.in, &views.out}) {
        for (const View& view : *list) {
            if (view.present()) {
                bytes += static_cast<std::uint64_t>(view.shape.count()) * sizeof(double);
            }
        }
    }
    return bytes;
}

Plan begin(const sdk::Op& op, const Signature& signature) {
    const char* name = signature.name;
    can(op.inputs() <= signature.most, name, std::to_string(op.inputs()) + " inputs");
    can(op.outputs() <= signature.outputs, name, std::to_string(op.outputs()) + " outputs");
    agree(op.outputs() >= 1, name, "needs an output");
    Plan plan;
    plan.name = name;
    for (std::size_t i = 0; i < op.inputs() || i < signature.required; ++i) {
        if (i < signature.required) op.in(i);  // throws when it is missing
        plan.views.in.push_back(op.has(i) ? checked(op.in(i), numbered(name, "input", i), signature)
                                          : View{});
    }
    for (std::size_t i = 0; i < op.outputs(); ++i) {
        const std::string what = numbered(name, "output", i);
        plan.views.out.push_back(checked(op.out(i), what, signature));
        const assay_dtype dtype = plan.views.out.back().dtype;
        can(writable(dtype), what.c_str(), "element type " + std::to_string(dtype));
    }
    plan.accumulator = is_integer(plan.views.in[0].dtype) ? ASSAY_I32 : ASSAY_F64;
    return plan;
}

void check_indices(const Plan& plan, std::size_t i) {
    can(!plan.has(i) || plan.views.in[i].dtype == ASSAY_I32, plan.name,
        "input " + std::to_string(i) + " must be i32");
}

void no_attributes(const sdk::Op& op, const char* name) {
    can(op.attrs<Nothing>().reserved0 == 0, name, "attributes that are not known here");
}

Operator::Operator(Plan plan) : plan_(std::move(plan)) {
    if (plan_.reserve) plan_.reserve();
    if (!plan_.compute) return;
    for (const View& view : plan_.views.in) arrays_.in.push_back(array_of(view));
    for (const View& view : plan_.views.out) arrays_.out.push_back(array_of(view));
}

void Operator::bind(const sdk::Bindings& io) {
    std::uint32_t next = 0;
    for (View& view : plan_.views.in) {
        if (view.present()) view.data = io.data<void>(next++, view.bytes());
    }
    for (View& view : plan_.views.out) view.data = io.data<void>(next++, view.bytes());
}

void Operator::run() {
    if (plan_.move) return plan_.move(plan_.views);
    for (std::size_t i = 0; i < arrays_.in.size(); ++i) decode(plan_.views.in[i], arrays_.in[i]);
    plan_.compute(arrays_);
    for (std::size_t i = 0; i < arrays_.out.size(); ++i) encode(arrays_.out[i], plan_.views.out[i]);
}

}  // namespace reference
