// SPDX-License-Identifier: Apache-2.0
// Matmul as a plan: gemm.cpp's loops, after scales, if there are any, went into the elements.
#include <algorithm>
#include <memory>
#include <optional>

#include "plugins/reference/gemm.hpp"
#include "plugins/reference/ops.hpp"
#include "plugins/reference/scales.hpp"

namespace reference {
namespace {

/// A or B with its scales multiplied in: dense, in double.
struct Scaled {
    ScaleMap map;
    std::vector<double> x;  ///< empty when neither A nor B has scales

    const void* fill(const View& from, const View* scales) {
        if (x.empty()) return from.data;
        std::size_t next = 0;
        each(from.shape, [&](const Index& at) {
            const double scale = scales == nullptr ? 1 : scales->get_at(map.at(at));
            x[next++] = from.get(at) * scale;
        });
        return x.data();
    }
};

struct Work {
    sdk::Matmul shape;
    Scaled a, b;
    std::optional<Gemm> gemm;

    explicit Work(const sdk::Matmul& view) : shape(view) {}
};

/// Input 4 belongs to A, input 5 to B.
constexpr std::size_t first_scales = 4;

const View* scales_of(const Views& views, std::size_t i) {
    return views.has(first_scales + i) ? &views.in[first_scales + i] : nullptr;
}

bool has_scales(const sdk::Op& op) {
    return op.in(0).scale != ASSAY_SCALE_NONE || op.in(1).scale != ASSAY_SCALE_NONE;
}

/// The operator as gemm.cpp sees it: with scales, A and B have become dense doubles.
sdk::Matmul without_scales(const sdk::Op& op) {
    sdk::Tensor tensors[5] = {};
    const sdk::Tensor* inputs[first_scales] = {};
    const auto count = std::min<std::size_t>(op.inputs(), first_scales);
    const bool scaled = has_scales(op);
    for (std::size_t i = 0; i < count; ++i) {
        if (!op.has(i)) continue;
        sdk::Tensor& tensor = tensors[i] = op.in(i);
        inputs[i] = &tensor;
        if (i >= 2 || !scaled) continue;
        tensor.dtype = ASSAY_F64;
        tensor.scale = ASSAY_SCALE_NONE;
        std::fill(tensor.strides, tensor.strides + ASSAY_MAX_RANK, 0);
    }
    tensors[4] = op.out(0);
    const sdk::Tensor* outputs[] = {&tensors[4]};
    const auto attrs = op.attrs<assay_matmul_attrs>();
    auto desc = sdk::make<assay_op_desc>();
    desc.op = ASSAY_OP_MATMUL;
    desc.num_inputs = static_cast<std::uint32_t>(count);
    desc.num_outputs = 1;
    desc.inputs = inputs;
    desc.outputs = outputs;
    desc.attrs = &attrs;
    return sdk::Matmul(sdk::Op(&desc));
}

void add_scales(const Plan& plan, std::size_t i, Scaled& scaled) {
    const View& view = plan.views.in[i];
    const View* scales = scales_of(plan.views, i);
    agree((view.scale != ASSAY_SCALE_NONE) == (scales != nullptr), "matmul",
          i == 0 ? "A has scales but no input 4, or the other way round"
                 : "B has scales but no input 5, or the other way round");
    if (scales == nullptr) return;
    scaled.map = scale_map(view, *scales, i == 0 ? "matmul: A" : "matmul: B");
}

void multiply(Work& work, const Views& io) {
    Operands at;
    at.a = work.a.fill(io.in[0], scales_of(io, 0));
    at.b = work.b.fill(io.in[1], scales_of(io, 1));
    at.bias = io.has(2) ? io.in[2].data : nullptr;
    at.c = io.has(3) ? io.in[3].data : nullptr;
    at.d = io.out[0].data;
    work.gemm->multiply(at);
}

}  // namespace

Plan plan_matmul(const sdk::Op& op) {
    Plan plan = begin(op, {"matmul", 2, 6, 1, true});
    can(plan.views.out[0].scale == ASSAY_SCALE_NONE, "matmul", "a scaled output");
    const auto work = std::make_shared<Work>(without_scales(op));
    add_scales(plan, 0, work->a);
    add_scales(plan, 1, work->b);
    const sdk::Support support = gemm_support(work->shape);
    can(support.level != ASSAY_SUPPORT_NONE, "matmul", support.reason);
    const bool scaled = has_scales(op);
    const auto a = scaled ? static_cast<std::size_t>(plan.in(0).count()) : 0;
    const auto b = scaled ? static_cast<std::size_t>(plan.in(1).count()) : 0;
    plan.accumulator = support.accumulator;
    plan.reserve_bytes = support.workspace + (a + b) * sizeof(double);
    plan.reserve = [work, a, b] {
        work->a.x.resize(a);
        work->b.x.resize(b);
        work->gemm.emplace(work->shape);
    };
    plan.move = [work](const Views& io) { multiply(*work, io); };
    return plan;
}

}  // namespace reference
