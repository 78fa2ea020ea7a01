// SPDX-License-Identifier: Apache-2.0
// Which operators there are beside matmul: one row each.
#include <algorithm>
#include <iterator>

#include "op_plan.hpp"

namespace assay::cuda {
namespace {

struct OpRow {
    assay_op op;
    const char* name;
    std::size_t required, most, outputs;
    void (*plan)(Plan&, const sdk::Op&);
};
constexpr std::size_t any_number = 64;
constexpr OpRow rows[] = {
    {ASSAY_OP_CONV, "conv", 2, 4, 1, plan_conv},
    {ASSAY_OP_ATTENTION, "attention", 3, 6, 1, plan_attention},
    {ASSAY_OP_SOFTMAX, "softmax", 1, 1, 1, plan_softmax},
    {ASSAY_OP_NORM, "norm", 1, 6, 2, plan_norm},
    {ASSAY_OP_ELEMENTWISE, "elementwise", 1, 3, 1, plan_elementwise},
    {ASSAY_OP_REDUCE, "reduce", 1, 1, 1, plan_reduce},
    {ASSAY_OP_GATHER, "gather", 2, 2, 1, plan_gather},
    {ASSAY_OP_SCATTER, "scatter", 3, 3, 1, plan_scatter},
    {ASSAY_OP_POOL, "pool", 1, 1, 1, plan_pool},
    {ASSAY_OP_COPY, "copy", 1, any_number, 1, plan_copy},
    {ASSAY_OP_ROPE, "rope", 2, 3, 1, plan_rope},
};

void check_counts(const OpRow& row, const sdk::Op& op) {
    const std::string name = row.name;
    if (op.inputs() > row.most || op.outputs() > row.outputs) {
        unsupported(name + ": more tensors than this operator has");
    }
    for (std::size_t i = 0; i < row.required; ++i) {
        require(op.has(i), name + ": input " + std::to_string(i) + " is missing");
    }
    require(op.outputs() >= 1, name + ": there is no output");
}

void take_tensors(Plan& plan, const OpRow& row, const sdk::Op& op) {
    const std::string name = row.name;
    const std::size_t inputs = row.most == any_number ? op.inputs() : row.most;
    for (std::size_t i = 0; i < inputs; ++i) {
        plan.inputs.push_back(op.has(i) ? view_of(op.in(i), name + " input " + std::to_string(i))
                                        : View{});
    }
    for (std::size_t i = 0; i < row.outputs; ++i) {
        plan.outputs.push_back(
            i < op.outputs() ? view_of(op.out(i), name + " output " + std::to_string(i)) : View{});
    }
}

struct Computing {
    assay_dtype dtype;
    Element element;
};
constexpr Computing computing[] = {{ASSAY_F32, Element::f32},
                                   {ASSAY_F64, Element::f64},
                                   {ASSAY_F16, Element::f16},
                                   {ASSAY_BF16, Element::bf16}};

const Computing* computing_of(assay_dtype dtype) {
    const auto* found = std::find_if(std::begin(computing), std::end(computing),
                                     [&](const Computing& each) { return each.dtype == dtype; });
    return found == std::end(computing) ? nullptr : found;
}

}  // namespace

Element computed_element(assay_dtype dtype) {
    const Computing* row = computing_of(dtype);
    if (row == nullptr) unsupported("no kernel computes this type; f32, f64, f16 and bf16");
    return row->element;
}

void Plan::compute_as(const View& view) {
    element = computed_element(view.dtype);
    accumulator = view.dtype == ASSAY_F64 ? ASSAY_F64 : ASSAY_F32;
}

void Plan::take_real(const View& view, const char* what) const {
    if (!view.present()) return;
    const Computing* row = computing_of(view.dtype);
    if (row == nullptr || row->element != element) {
        unsupported(std::string(name) + ": " + what + " is not of the type of the rest");
    }
}

Launch& Plan::add(Kernel kernel, Element of, std::int64_t items) {
    Launch launch;
    launch.call.kernel = kernel;
    launch.call.element = of;
    launch.call.items = items;
    for (std::size_t i = 0; i < inputs.size() + outputs.size(); ++i) launch.tensors.push_back(i);
    launches.push_back(launch);
    return launches.back();
}

Element moved(const View& view) {
    switch (view.width) {
        case 1:
            return Element::bytes1;
        case 2:
            return Element::bytes2;
        case 4:
            return Element::bytes4;
        default:
            return Element::bytes8;
    }
}

Plan plan_of(const sdk::Op& op) {
    const auto* row = std::find_if(std::begin(rows), std::end(rows),
                                   [&](const OpRow& each) { return each.op == op.kind(); });
    if (row == std::end(rows)) {
        unsupported("operator " + std::to_string(op.kind()) + " has no kernel here");
    }
    if (op.math() != ASSAY_MATH_STRICT && op.math() != ASSAY_MATH_ANY) {
        unsupported("only math=strict is offered: the kernels take operands as they are");
    }
    check_counts(*row, op);
    Plan plan;
    plan.name = row->name;
    take_tensors(plan, *row, op);
    row->plan(plan, op);
    if (op.accumulator() != 0 && op.accumulator() != plan.accumulator) {
        unsupported("the kernels sum in f32, f64 in f64");
    }
    return plan;
}

}  // namespace assay::cuda
