// SPDX-License-Identifier: Apache-2.0
// Sizes are chosen: uneven where an operator allows it, and small enough that plain loops take no
// time.
#include "core/conform/samples.hpp"

#include <functional>
#include <utility>

#include "core/base/error.hpp"
#include "core/host/operator.hpp"
#include "core/workload/workload.hpp"

namespace assay {
namespace {

using Change = std::function<void(OperatorWork&)>;

OperatorWork work_of(OpKind kind, Dtype dtype, const Change& change) {
    OperatorWork work;
    work.op = kind;
    work.dtype = dtype;
    change(work);
    return work;
}

struct Row {
    OpKind kind;
    Change change;
};

Row elementwise(Function function) {
    return {OpKind::elementwise, [function](OperatorWork& w) {
                w.function = function;
                w.x = {3, 17};
                if (function == Function::activation || function == Function::gated)
                    w.activation = Activation::silu;
                if (function == Function::clip) w.p = -0.5, w.q = 0.5;
                if (function == Function::leaky_relu || function == Function::elu) w.p = 0.1;
            }};
}

Row norm(NormKind kind) {
    return {OpKind::norm, [kind](OperatorWork& w) {
                w.norm = kind;
                w.x = kind == NormKind::batch || kind == NormKind::group ? Shape{2, 8, 3, 5}
                                                                         : Shape{5, 48};
                if (kind == NormKind::group) w.groups = 4;
            }};
}

Row reduction(Reduction function) {
    return {OpKind::reduce, [function](OperatorWork& w) {
                w.reduction = function;
                w.x = {4, 37};
                w.axis = 1;
            }};
}

Row copying(Copying function, const Shape& x, const Shape& params, const Shape& y = {}) {
    return {OpKind::copy, [function, x, params, y](OperatorWork& w) {
                w.copying = function;
                w.x = x;
                w.params = params;
                w.y = y;
            }};
}

std::vector<Row> plain_rows() {
    return {
        {OpKind::conv,
         [](OperatorWork& w) {
             w.x = {1, 4, 9, 7}, w.w = {6, 4, 3, 3}, w.pad = 1;
         }},
        {OpKind::conv,
         [](OperatorWork& w) {
             w.x = {2, 8, 8, 8}, w.w = {8, 1, 3, 3}, w.groups = 8, w.stride = 2;
         }},
        {OpKind::attention,
         [](OperatorWork& w) {
             w.x = {1, 2, 5, 16}, w.y = {1, 2, 9, 16};
         }},
        {OpKind::attention,
         [](OperatorWork& w) {
             w.x = {1, 4, 7, 16}, w.y = {1, 2, 7, 16}, w.causal = true;
         }},
        {OpKind::softmax,
         [](OperatorWork& w) {
             w.x = {3, 21}, w.axis = 1;
         }},
        {OpKind::gather,
         [](OperatorWork& w) {
             w.x = {19, 8}, w.indices = {2, 3};
         }},
        {OpKind::scatter,
         [](OperatorWork& w) {
             w.x = {1, 2, 9, 8}, w.y = {1, 2, 3, 8}, w.position = 4;
         }},
        {OpKind::pool,
         [](OperatorWork& w) {
             w.x = {1, 3, 9, 9}, w.reduction = Reduction::max, w.window = 3, w.stride = 2;
         }},
        {OpKind::pool,
         [](OperatorWork& w) {
             w.x = {1, 5, 6, 6}, w.reduction = Reduction::mean, w.global = true;
         }},
        {OpKind::rope,
         [](OperatorWork& w) {
             w.x = {1, 2, 5, 16}, w.position = 3;
         }},
        {OpKind::topk,
         [](OperatorWork& w) {
             w.x = {3, 29}, w.axis = 1, w.k = 4;
         }},
        {OpKind::grouped_matmul,
         [](OperatorWork& w) {
             w.x = {9, 16}, w.w = {3, 16, 12};
         }},
        {OpKind::resize,
         [](OperatorWork& w) {
             w.x = {1, 2, 4, 5}, w.y = {1, 2, 8, 10}, w.mode = Interpolation::linear;
         }},
        {OpKind::convert,
         [](OperatorWork& w) {
             w.x = {3, 21}, w.out = Dtype::bf16;
         }},
    };
}

std::vector<Row> rows() {
    std::vector<Row> all = plain_rows();
    const std::vector<Row> copies{
        copying(Copying::transpose, {3, 4, 5}, {2, 0, 1}),
        copying(Copying::slice, {6, 7}, {1, 2}, {3, 4}),
        copying(Copying::concat, {3, 5}, {}, {4, 5}),
        copying(Copying::pad, {3, 4}, {1, 2}),
    };
    all.insert(all.end(), copies.begin(), copies.end());
    for (const Function each :
         {Function::add, Function::mul, Function::sub, Function::max, Function::activation,
          Function::gated, Function::exp, Function::sigmoid, Function::tanh, Function::abs,
          Function::clip, Function::erf, Function::leaky_relu}) {
        all.push_back(elementwise(each));
    }
    for (const NormKind each : {NormKind::layer, NormKind::rms, NormKind::group, NormKind::batch}) {
        all.push_back(norm(each));
    }
    for (const Reduction each :
         {Reduction::sum, Reduction::mean, Reduction::max, Reduction::argmax}) {
        all.push_back(reduction(each));
    }
    return all;
}

std::vector<Gemm> gemms(Dtype dtype) {
    Gemm plain{.m = 5, .n = 7, .k = 19, .a = dtype, .b = dtype, .d = dtype};
    if (is_integer(dtype)) plain.d = Dtype::i32;
    std::vector<Gemm> all{plain};
    const auto add = [&](auto change) {
        all.push_back(plain);
        change(all.back());
    };
    add([](Gemm& g) { g.transpose_a = true; });
    add([](Gemm& g) { g.transpose_b = true; });
    add([](Gemm& g) { g.batch = 3; });
    if (is_integer(dtype)) return all;
    add([dtype](Gemm& g) { g.bias = dtype; });
    add([dtype](Gemm& g) { g.bias = dtype, g.activation = Activation::relu; });
    add([](Gemm& g) { g.d = Dtype::f32; });
    return all;
}

}  // namespace

std::vector<SampleOp> sample_operators(Dtype dtype) {
    std::vector<SampleOp> all;
    for (const Gemm& gemm : gemms(dtype)) {
        if (invalid(gemm).empty()) all.push_back({short_name(gemm), op_of(gemm), {}});
    }
    if (is_integer(dtype)) return all;
    for (const Row& row : rows()) {
        const OperatorWork work = work_of(row.kind, dtype, row.change);
        if (!invalid(work).empty()) continue;
        all.push_back({short_name(work), op_of(work), {work.position, work.lengths}});
    }
    return all;
}

Op plain_matmul(const MatmulSize& size, Dtype dtype) {
    return op_of(Gemm{.m = size.m,
                      .n = size.n,
                      .k = size.k,
                      .a = dtype,
                      .b = dtype,
                      .d = is_integer(dtype) ? Dtype::i32 : dtype});
}

bool offers(const Rig& rig, const Op& op) {
    const Operator asked(op);
    return rig.query(asked.desc()).level != ASSAY_SUPPORT_NONE;
}

Op offered_matmul(const Rig& rig, const MatmulSize& size) {
    for (const Dtype dtype : {Dtype::f32, Dtype::bf16, Dtype::f16, Dtype::f64}) {
        Op op = plain_matmul(size, dtype);
        if (offers(rig, op)) return op;
    }
    skip_check("the device offers no matmul in f32, bf16, f16 or f64");
}

SampleOp offered_sample(const Rig& rig) {
    for (const Dtype dtype : {Dtype::f32, Dtype::bf16, Dtype::f16, Dtype::f64, Dtype::i8}) {
        for (SampleOp& each : sample_operators(dtype)) {
            if (offers(rig, each.op)) return each;
        }
    }
    skip_check("the device offers no operator");
}

}  // namespace assay
