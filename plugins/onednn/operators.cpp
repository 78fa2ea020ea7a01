// SPDX-License-Identifier: Apache-2.0
// See operators.hpp.
#include "operators.hpp"

#include "gemv_exec.hpp"
#include "matmul_exec.hpp"
#include "names.hpp"
#include "op_exec.hpp"
#include "primitive_exec.hpp"
#include "problem.hpp"

namespace assay::onednn {
namespace {

struct Row {
    assay_op op;
    MakeExec make;
    std::size_t inputs, outputs;  ///< at most
};
constexpr Row operators[] = {
    {ASSAY_OP_CONV, make_conv, 4, 1},
    {ASSAY_OP_ATTENTION, make_attention, 6, 1},
    {ASSAY_OP_SOFTMAX, make_softmax, 1, 1},
    {ASSAY_OP_NORM, make_norm, 6, 2},
    {ASSAY_OP_ELEMENTWISE, make_elementwise, 3, 1},
    {ASSAY_OP_REDUCE, make_reduce, 1, 1},
    {ASSAY_OP_GATHER, make_gather, 2, 1},
    {ASSAY_OP_SCATTER, make_scatter, 3, 1},
    {ASSAY_OP_POOL, make_pool, 1, 1},
    {ASSAY_OP_COPY, make_copy, 64, 1},
    {ASSAY_OP_CONVERT, make_convert, 3, 1},
    {ASSAY_OP_ROPE, make_rope, 3, 1},
    {ASSAY_OP_TOPK, make_topk, 1, 2},
    {ASSAY_OP_GROUPED_MATMUL, make_grouped_matmul, 4, 1},
    {ASSAY_OP_RESIZE, make_resize, 1, 1},
};

bool has_scaled_weights(const sdk::Op& op) {
    return op.kind() == ASSAY_OP_MATMUL && op.has(1) && op.in(1).scale != ASSAY_SCALE_NONE;
}

/// A tensor that is not known would be ignored: a wrong result with a good score (R9).
void refuse_more(const sdk::Op& op, std::size_t inputs, std::size_t outputs) {
    if (op.inputs() > inputs) unsupported("more inputs than this operator has");
    if (op.outputs() > outputs) unsupported("more outputs than this operator has");
}

/// Constant bf16 matrices where oneDNN has none: products of bf16 are exact in f32, so only the
/// speed is another. Others are refused: packing them in every call takes longer than the product.
bool is_widened(const sdk::Op& op) {
    static const bool lacks_bf16 = [] {
        const std::string isa = isa_name();
        return isa == "sse41" || isa == "avx" || isa == "avx2";
    }();
    if (!lacks_bf16 || op.kind() != ASSAY_OP_MATMUL || !op.has(1)) return false;
    const sdk::Tensor &x = op.in(0), &b = op.in(1), &d = op.out(0);
    return b.dtype == ASSAY_BF16 && (b.flags & ASSAY_TENSOR_CONST) != 0 && b.rank == 2 &&
           x.rank == d.rank && x.rank >= 2 && op.attrs<assay_matmul_attrs>().transpose_a == 0 &&
           std::equal(x.dims, x.dims + x.rank - 1, d.dims);
}

MakeExec own(const sdk::Op& op) {
    if (has_scaled_weights(op) || is_widened(op)) {
        refuse_more(op, 6, 1);
        return make_quantised_matmul;
    }
    for (const Row& row : operators) {
        if (row.op != op.kind()) continue;
        refuse_more(op, row.inputs, row.outputs);
        return row.make;
    }
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
