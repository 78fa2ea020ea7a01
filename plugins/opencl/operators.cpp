// SPDX-License-Identifier: Apache-2.0
// Which operators there are beside matmul: one row each.
#include <algorithm>

#include "op_exec.hpp"

namespace assay::opencl {
namespace {

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
    {ASSAY_OP_COPY, "copy", 1, 64, 1, plan_copy},
    {ASSAY_OP_ROPE, "rope", 2, 3, 1, plan_rope},
};

/// The type that the kernels compute in; of what is only moved, any.
assay_dtype real_of(const Plan& plan, bool f64) {
    for (const auto* list : {&plan.inputs, &plan.outputs}) {
        for (const View& view : *list) {
            if (view.dtype == ASSAY_F64 && !f64)
                unsupported("this device has no f64 (cl_khr_fp64)");
            if (view.dtype == ASSAY_F64) return ASSAY_F64;
        }
    }
    return ASSAY_F32;
}

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

}  // namespace

const OpRow* row_of(assay_op op) {
    for (const OpRow& row : rows)
        if (row.op == op) return &row;
    return nullptr;
}

Plan plan_of(const sdk::Op& op, bool f64) {
    const OpRow* row = row_of(op.kind());
    if (row == nullptr) {
        unsupported("operator " + std::to_string(op.kind()) + " has no kernel here");
    }
    if (op.math() != ASSAY_MATH_STRICT && op.math() != ASSAY_MATH_ANY) {
        unsupported("only math=strict is offered: the kernels take operands as they are");
    }
    check_counts(*row, op);
    Plan plan;
    plan.name = row->name;
    for (std::size_t i = 0; i < std::max(op.inputs(), row->most == 64 ? 0 : row->most); ++i) {
        plan.inputs.push_back(
            op.has(i) ? view_of(op.in(i), plan.name + (" input " + std::to_string(i))) : View{});
    }
    for (std::size_t i = 0; i < row->outputs; ++i) {
        plan.outputs.push_back(
            i < op.outputs() ? view_of(op.out(i), plan.name + (" output " + std::to_string(i)))
                             : View{});
    }
    plan.real = plan.accumulator = real_of(plan, f64);
    row->plan(plan, op);
    if (op.accumulator() != 0 && op.accumulator() != plan.accumulator) {
        unsupported("sums are kept in the type of the tensors, no other");
    }
    return plan;
}

sdk::Support support_of(const sdk::Op& op, bool f64) {
    return sdk::Support::native(plan_of(op, f64).accumulator);
}

}  // namespace assay::opencl
