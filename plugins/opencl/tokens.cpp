// SPDX-License-Identifier: Apache-2.0
// What works on tensors [batch, heads, tokens, head]: attention and rotary positions.
#include <cmath>

#include "assay/sdk/attention.hpp"
#include "op_exec.hpp"

namespace assay::opencl {
namespace {

enum AttentionInput { q_in, k_in, v_in, mask_in, lengths_in, table_in };

void take_attention(const Plan& plan, const assay_attention_attrs& attrs) {
    const View &q = plan.in(q_in), &k = plan.in(k_in), &v = plan.in(v_in), &o = plan.out(0);
    for (const View* view : {&q, &k, &v, &o, &plan.in(mask_in)}) plan.take_real(*view, "a tensor");
    sdk::check_attention(q, k, v, o, attrs);
    if (plan.has(table_in)) unsupported("attention: paged K and V");
    constexpr std::int64_t widest = 1024;  // chosen: the sums of a row stay in private memory
    if (v.dim(3) > widest) unsupported("attention: heads of V beyond 1024");
}

}  // namespace

void plan_attention(Plan& plan, const sdk::Op& op) {
    const auto attrs = op.attrs<assay_attention_attrs>();
    take_attention(plan, attrs);
    const View &q = plan.in(q_in), &k = plan.in(k_in), &v = plan.in(v_in);
    Launch& launch = plan.add("attention", "attention", q.count() / q.dim(3), 1);
    launch.macros = " -DVALUE=" + std::to_string(v.dim(3));
    Layout* layouts = launch.problem.layouts;
    layouts[0] = q.layout;
    layouts[1] = k.layout;
    layouts[2] = v.layout;
    layouts[3] = plan.out(0).layout;
    if (plan.has(mask_in)) {
        Layout scores;
        for (const std::int64_t dim : {q.dim(0), q.dim(1), q.dim(2), k.dim(2)}) scores.add(dim, 0);
        layouts[4] = broadcast(plan.in(mask_in), scores, "attention: the mask");
    }
    std::int64_t* numbers = launch.problem.numbers;
    numbers[0] = q.dim(1) / k.dim(1);
    numbers[1] = attrs.causal != 0;
    numbers[2] = attrs.window;
    numbers[3] =
        plan.number(attrs.scale != 0 ? attrs.scale : 1 / std::sqrt(static_cast<double>(q.dim(3))));
    numbers[5] = plan.has(mask_in);
    numbers[6] = plan.has(lengths_in);
    if (!plan.has(lengths_in)) return;
    if (plan.in(lengths_in).dtype != ASSAY_I32) unsupported("attention: lengths are i32");
    numbers[4] = vector_step(plan.in(lengths_in), q.dim(0), "attention: lengths");
    plan.checks_indices = true;
}

void plan_rope(Plan& plan, const sdk::Op& op) {
    const auto attrs = op.attrs<assay_rope_attrs>();
    const View &x = plan.in(0), &positions = plan.in(1), &inverse = plan.in(2), &y = plan.out(0);
    plan.take_real(x, "X");
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
    Launch& launch = plan.add("rope", "rope", x.dim(0) * x.dim(2) * each);
    launch.problem.layouts[0] = x.layout;
    launch.problem.layouts[1] = y.layout;
    std::int64_t* numbers = launch.problem.numbers;
    numbers[0] = rotary;
    numbers[1] = attrs.interleaved != 0;
    numbers[2] = plan.number(attrs.base != 0 ? attrs.base : 10000);
    numbers[3] = plan.number(attrs.scale != 0 ? attrs.scale : 1);
    numbers[4] = vector_step(positions, x.dim(0), "rope: positions");
    if (!inverse.present()) return;
    numbers[5] = vector_step(inverse, rotary / 2, "rope: inverse frequencies");
    numbers[6] = 1;
}

}  // namespace assay::opencl
