// SPDX-License-Identifier: Apache-2.0
// See gemm_shape.hpp.
#include "gemm_shape.hpp"

#include <algorithm>

namespace assay::opencl {
namespace {

void copy_steps(std::int64_t (&to)[6], const sdk::Matrix& from) {
    std::copy_n(from.batch_step.begin(), 6, to);
}

/// Whether the rows of `outer` follow those of one matrix.
bool follows(const sdk::Matrix& matrix, std::int64_t m, std::int64_t row) {
    return !matrix.present() || matrix.batch_step[0] == m * row;
}

}  // namespace

bool GemmShape::shares_b() const {
    return std::all_of(b_batch, b_batch + batch_rank, [](std::int64_t step) { return step == 0; });
}

std::int64_t GemmShape::batch() const {
    std::int64_t all = 1;
    for (std::int64_t i = 0; i < batch_rank; ++i) all *= batch_dims[i];
    return all;
}

std::string refusal(const sdk::Op& op, const sdk::Matmul& mm, bool f64) {
    const assay_dtype type = mm.a.dtype;
    if (type != ASSAY_F32 && type != ASSAY_F64) return "the kernels multiply f32 and f64 only";
    if (type == ASSAY_F64 && !f64) return "this device has no f64 (cl_khr_fp64)";
    for (const sdk::Matrix* other : {&mm.b, &mm.d, &mm.bias, &mm.c}) {
        if (other->present() && other->dtype != type)
            return "the kernels take A, B, C, bias and D of one type";
    }
    if (op.accumulator() != 0 && op.accumulator() != type) {
        return "the kernels accumulate in the type of their operands";
    }
    if (op.math() != ASSAY_MATH_STRICT && op.math() != ASSAY_MATH_ANY) {
        return "only math=strict is offered: the kernels multiply operands as they are";
    }
    if (mm.activation < ASSAY_ACT_NONE || mm.activation > ASSAY_ACT_SILU) {
        return "activation " + std::to_string(mm.activation) + " is unknown";
    }
    if (mm.m == 0 || mm.n == 0 || mm.k == 0 || mm.batch == 0) return "an empty matmul";
    return "";
}

GemmShape shape_of(const sdk::Matmul& mm) {
    GemmShape shape;
    shape.m = mm.m;
    shape.n = mm.n;
    shape.k = mm.k;
    shape.activation = mm.activation;
    shape.has_bias = mm.bias.present() ? 1 : 0;
    shape.has_c = mm.beta != 0 ? 1 : 0;
    shape.a_row = mm.a.row_step;
    shape.a_column = mm.a.column_step;
    shape.b_row = mm.b.row_step;
    shape.b_column = mm.b.column_step;
    shape.c_row = mm.c.row_step;
    shape.c_column = mm.c.column_step;
    shape.d_row = mm.d.row_step;
    shape.d_column = mm.d.column_step;
    shape.bias_column = mm.bias.column_step;
    shape.batch_rank = mm.batch_rank;
    std::copy_n(mm.batch_dims.begin(), 6, shape.batch_dims);
    copy_steps(shape.a_batch, mm.a);
    copy_steps(shape.b_batch, mm.b);
    copy_steps(shape.c_batch, mm.c);
    copy_steps(shape.d_batch, mm.d);
    if (mm.batch_rank == 1 && shape.shares_b() && follows(mm.a, mm.m, mm.a.row_step) &&
        follows(mm.c, mm.m, mm.c.row_step) && follows(mm.d, mm.m, mm.d.row_step)) {
        shape.m *= mm.batch;
        shape.batch_rank = 0;
    }
    return shape;
}

}  // namespace assay::opencl
