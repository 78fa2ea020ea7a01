// SPDX-License-Identifier: Apache-2.0
// See matmul_finish.hpp.
#include "matmul_finish.hpp"

#include "op_plan.hpp"

namespace assay::cuda {
namespace {

Layout rows_of(const sdk::Matmul& mm) {
    Layout layout;
    for (int i = 0; i < mm.batch_rank; ++i) {
        const auto dim = static_cast<std::size_t>(i);
        layout.add(mm.batch_dims[dim], mm.d.batch_step[dim]);
    }
    layout.add(mm.m, mm.d.row_step);
    layout.add(mm.n, mm.d.column_step);
    return layout;
}

/// D without gaps, in f32.
sdk::Matrix dense_product(const sdk::Matmul& mm) {
    sdk::Matrix d;
    d.dtype = ASSAY_F32;
    d.column_step = 1;
    d.row_step = mm.n;
    std::int64_t step = mm.m * mm.n;
    for (int i = mm.batch_rank - 1; i >= 0; --i) {
        const auto dim = static_cast<std::size_t>(i);
        d.batch_step[dim] = step;
        step *= mm.batch_dims[dim];
    }
    return d;
}

}  // namespace

bool needs_finish(int activation) {
    return activation == ASSAY_ACT_GELU || activation == ASSAY_ACT_SILU;
}

void take_finish(LtProblem& problem, sdk::Matmul& mm) {
    const bool narrow = mm.d.dtype == ASSAY_F16 || mm.d.dtype == ASSAY_BF16;
    if (!narrow && mm.d.dtype != ASSAY_F32 && mm.d.dtype != ASSAY_F64) {
        unsupported("gelu with erf and silu are for floating results only");
    }
    if (narrow && mm.c.present()) unsupported("C before gelu with erf or silu, in 16 bits");
    LtFinish& finish = problem.finish;
    finish.activation = mm.activation;
    finish.dtype = mm.d.dtype;
    finish.to = rows_of(mm);
    if (mm.bias.present()) {
        if (mm.bias.dtype != mm.d.dtype) unsupported("a bias that is not of D's type");
        finish.bias_step = mm.bias.column_step;
        problem.has_bias = true;
    }
    mm.bias = sdk::Matrix{};
    mm.activation = ASSAY_ACT_NONE;
    if (narrow) {
        mm.d = dense_product(mm);
        finish.product_bytes = static_cast<std::uint64_t>(mm.batch * mm.m * mm.n) * sizeof(float);
    }
    finish.from = rows_of(mm);
}

Call finish_call(const LtProblem& problem) {
    Call call;
    const LtFinish& finish = problem.finish;
    if (finish.activation == ASSAY_ACT_NONE) return call;
    call.kernel = Kernel::finish;
    call.element = computed_element(finish.dtype);
    call.items = finish.to.count;
    Problem& told = call.arguments.problem;
    told.layouts[0] = finish.from;
    told.layouts[1] = finish.to;
    told.numbers[0] = finish.activation;
    told.numbers[1] = finish.bias_step;
    told.numbers[2] = problem.has_bias;
    return call;
}

}  // namespace assay::cuda
