// SPDX-License-Identifier: Apache-2.0
// See operators.hpp.
#include "operators.hpp"

#include "gemv_exec.hpp"
#include "matmul_exec.hpp"
#include "op_exec.hpp"
#include "primitive_exec.hpp"
#include "problem.hpp"

namespace assay::onednn {
namespace {

struct Row {
    assay_op op;
    MakeExec make;
};
constexpr Row operators[] = {
    {ASSAY_OP_CONV, make_conv},
    {ASSAY_OP_ATTENTION, make_attention},
    {ASSAY_OP_SOFTMAX, make_softmax},
    {ASSAY_OP_NORM, make_norm},
    {ASSAY_OP_ELEMENTWISE, make_elementwise},
    {ASSAY_OP_REDUCE, make_reduce},
    {ASSAY_OP_GATHER, make_gather},
    {ASSAY_OP_SCATTER, make_scatter},
    {ASSAY_OP_POOL, make_pool},
    {ASSAY_OP_COPY, make_copy},
    {ASSAY_OP_CONVERT, make_convert},
    {ASSAY_OP_ROPE, make_rope},
    {ASSAY_OP_TOPK, make_topk},
    {ASSAY_OP_GROUPED_MATMUL, make_grouped_matmul},
    {ASSAY_OP_RESIZE, make_resize},
};

bool has_scaled_weights(const sdk::Op& op) {
    return op.kind() == ASSAY_OP_MATMUL && op.has(1) && op.in(1).scale != ASSAY_SCALE_NONE;
}

MakeExec own(const sdk::Op& op) {
    if (has_scaled_weights(op)) return make_quantised_matmul;
    for (const Row& row : operators)
        if (row.op == op.kind()) return row.make;
    return nullptr;
}

}  // namespace

sdk::Support query_operator(const dnnl::engine& engine, const sdk::Op& op) {
    // Made and thrown away: what says yes here is what prepare() builds.
    if (const MakeExec make = own(op)) return make(op)->support();
    const Problem problem(op);
    const auto chosen = choose(engine, problem, BLayout::as_given);
    // Same bits each time: work is divided by shape and thread count, never by who comes first.
    auto support = sdk::Support::native(problem.accumulator);
    support.workspace = chosen.scratchpad_desc().get_size();
    return support;
}

std::unique_ptr<sdk::Exec> prepare_operator(const dnnl::engine& engine, const sdk::Op& op) {
    if (const MakeExec make = own(op)) return make(op);
    if (is_gemv(sdk::Matmul(op))) return std::make_unique<GemvExec>(engine, op);
    return std::make_unique<MatmulExec>(engine, Problem(op));
}

}  // namespace assay::onednn
