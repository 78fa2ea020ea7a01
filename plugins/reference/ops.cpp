// SPDX-License-Identifier: Apache-2.0
#include "plugins/reference/ops.hpp"

namespace reference {
namespace {

struct Row {
    assay_op op;
    Plan (*plan)(const sdk::Op&);
};

constexpr Row table[] = {
    {ASSAY_OP_MATMUL, plan_matmul},
    {ASSAY_OP_CONV, plan_conv},
    {ASSAY_OP_ATTENTION, plan_attention},
    {ASSAY_OP_SOFTMAX, plan_softmax},
    {ASSAY_OP_NORM, plan_norm},
    {ASSAY_OP_ELEMENTWISE, plan_elementwise},
    {ASSAY_OP_REDUCE, plan_reduce},
    {ASSAY_OP_GATHER, plan_gather},
    {ASSAY_OP_SCATTER, plan_scatter},
    {ASSAY_OP_POOL, plan_pool},
    {ASSAY_OP_COPY, plan_copy},
    {ASSAY_OP_CONVERT, plan_convert},
    {ASSAY_OP_ROPE, plan_rope},
    {ASSAY_OP_TOPK, plan_topk},
    {ASSAY_OP_GROUPED_MATMUL, plan_grouped_matmul},
    {ASSAY_OP_RESIZE, plan_resize},
};

}  // namespace

Plan plan_of(const sdk::Op& op) {
    for (const Row& row : table) {
        if (row.op == op.kind()) return row.plan(op);
    }
    sdk::fail(ASSAY_ERR_UNSUPPORTED, "operator %d", op.kind());
}

sdk::Support support_of(const sdk::Op& op) {
    const Plan plan = plan_of(op);
    auto support = sdk::Support::native(plan.accumulator);
    support.workspace = plan.workspace();
    return support;
}

}  // namespace reference
