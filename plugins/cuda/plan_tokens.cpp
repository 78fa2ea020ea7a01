// SPDX-License-Identifier: Apache-2.0
// What works on tensors [batch, heads, tokens, head]: attention and rotary positions. The kernels:
// kernels/tokens.hpp.
#include <cmath>

#include "assay/sdk/attention.hpp"
#include "op_plan.hpp"

namespace assay::cuda {
namespace {

enum AttentionInput { q_in, k_in, v_in, mask_in, lengths_in, table_in };

void take_attention(Plan& plan, const assay_attention_attrs& attrs) {
    const View &q = plan.in(q_in), &k = plan.in(k_in), &v = plan.in(v_in), &o = plan.out(0);
    plan.compute_as(q);
    for (const View* view : {&k, &v, &o, &plan.in(mask_in)}) plan.take_real(*view, "a tensor");
    sdk::check_attention(q, k, v, o, attrs);
    if (plan.has(table_in)) unsupported("attention: paged K and V");
    constexpr std::int64_t widest = 1024;  // Attention::widest of kernels/tokens.hpp
    if (v.dim(3) > widest) unsupported("attention: heads of V beyond 1024");
}

}  // namespace

void plan_attention(Plan& plan, const sdk::Op& op) {
    const auto attrs = op.attrs<assay_attention_attrs>();
    take_attention(plan, attrs);
    const View &q = plan.in(q_in), &k = plan.in(k_in), &v = plan.in(v_in);
    Launch& launch = plan.add(Kernel::attention, plan.element, q.count() / q.dim(3));
    Problem& problem = launch.call.arguments.problem;
    problem.layouts[0] = q.layout;
    problem.layouts[1] = k.layout;
    problem.layouts[2] = v.layout;
    problem.layouts[3] = plan.out(0).layout;
    if (plan.has(mask_in)) {
        Layout scores;
        for (const std::int64_t dim : {q.dim(0), q.dim(1), q.dim(2), k.dim(2)}) scores.add(dim, 0);
        problem.layouts[4] = broadcast(plan.in(mask_in), scores, "attention: the mask");
    }
    problem.numbers[0] = q.dim(1) / k.dim(1);
    problem.numbers[1] = attrs.causal != 0;
    problem.numbers[2] = attrs.window;
    problem.numbers[4] = plan.has(mask_in);
    problem.numbers[5] = plan.has(lengths_in);
    problem.reals[0] =
        attrs.scale != 0 ? attrs.scale : 1 / std::sqrt(static_cast<double>(q.dim(3)));
    if (!plan.has(lengths_in)) return;
    if (plan.in(lengths_in).dtype != ASSAY_I32) unsupported("attention: lengths are i32");
    problem.numbers[3] = vector_step(plan.in(lengths_in), q.dim(0), "attention: lengths");
    plan.checks_indices = true;
}

void plan_rope(Plan& plan, const sdk::Op& op) {
    const auto attrs = op.attrs<assay_rope_attrs>();
    const View &x = plan.in(0), &positions = plan.in(1), &inverse = plan.in(2), &y = plan.out(0);
    plan.compute_as(x);
    plan.take_real(y, "Y");
    require(x.rank() == 4 && x.same_dims(y), "rope: X and Y are [batch, heads, tokens, head]");
    const std::int64_t rotary = attrs.rotary_dims != 0 ? attrs.rotary_dims : x.dim(3);
    require(rotary > 0 && rotary <= x.dim(3) && rotary % 2 == 0,
            "rope: rotary_dims is not even or beyond the head");
    if (positions.dtype != ASSAY_I32) unsupported("rope: positions are i32");
    if (inverse.present() && inverse.dtype != ASSAY_F32) {
        unsupported("rope: inverse frequencies are f32");
    }
    const std::int64_t each = x.dim(3) - rotary / 2;
    Launch& launch = plan.add(Kernel::rope, plan.element, x.dim(0) * x.dim(2) * each);
    Problem& problem = launch.call.arguments.problem;
    problem.layouts[0] = x.layout;
    problem.layouts[1] = y.layout;
    problem.numbers[0] = rotary;
    problem.numbers[1] = attrs.interleaved != 0;
    problem.numbers[2] = vector_step(positions, x.dim(0), "rope: positions");
    problem.reals[0] = attrs.base != 0 ? attrs.base : 10000;
    problem.reals[1] = attrs.scale != 0 ? attrs.scale : 1;
    if (!inverse.present()) return;
    problem.numbers[3] = vector_step(inverse, rotary / 2, "rope: inverse frequencies");
    problem.numbers[4] = 1;
}

}  // namespace assay::cuda
