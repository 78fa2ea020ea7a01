// SPDX-License-Identifier: Apache-2.0
// See matmul_problem.hpp.
#include "matmul_problem.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include <cuda_fp16.h>

#include "matmul_finish.hpp"
#include "matmul_layout.hpp"
#include "matmul_turn.hpp"
#include "matmul_types.hpp"
#include "view.hpp"

namespace assay::cuda {
namespace {

enum Input : std::size_t { a_in, b_in, bias_in, c_in, a_scale_in, b_scale_in };

std::uint64_t width_of(assay_dtype dtype) {
    return static_cast<std::uint64_t>(sdk::bits(dtype)) / 8;
}

// ---------------------------------------------------------------- scales of a whole operand

bool is_scaled(const sdk::Op& op, Input operand) {
    return op.has(operand) && op.in(operand).scale != ASSAY_SCALE_NONE;
}

void check_scale(const sdk::Op& op, Input operand, Input scale, const char* name) {
    const sdk::Tensor& tensor = op.in(operand);
    if (tensor.scale != ASSAY_SCALE_TENSOR || tensor.scale_dtype != ASSAY_F32) {
        sdk::fail(ASSAY_ERR_UNSUPPORTED, "%s: only one scale for the whole tensor, in f32", name);
    }
    if (tensor.dtype != ASSAY_F8E4M3FN && tensor.dtype != ASSAY_F8E5M2) {
        sdk::fail(ASSAY_ERR_UNSUPPORTED, "%s: cuBLASLt scales 8-bit floats only", name);
    }
    if (!op.has(scale)) sdk::fail(ASSAY_ERR_INVALID, "the scale of %s is missing", name);
    const sdk::Tensor& given = op.in(scale);
    const bool one =
        std::all_of(given.dims, given.dims + given.rank, [](std::int64_t dim) { return dim == 1; });
    if (!one) sdk::fail(ASSAY_ERR_INVALID, "%s has one scale, but more are given", name);
    if ((given.flags & ~ASSAY_TENSOR_CONST) != 0 || given.scale != ASSAY_SCALE_NONE) {
        sdk::fail(ASSAY_ERR_UNSUPPORTED, "%s: its scale has flags or a scale of its own", name);
    }
    if (given.dtype != ASSAY_F32) sdk::fail(ASSAY_ERR_UNSUPPORTED, "%s: its scale is no f32", name);
}

/// The same without its scales, which sdk::Matmul does not know.
sdk::Matmul without_scales(const sdk::Op& op) {
    std::vector<sdk::Tensor> tensors;
    std::vector<const assay_tensor_desc*> list;
    const std::size_t count = std::min<std::size_t>(op.inputs(), a_scale_in);
    tensors.reserve(count);  // `list` points into it
    for (std::size_t i = 0; i < count; ++i) {
        if (op.has(i)) {
            tensors.push_back(op.in(i));
            tensors.back().scale = ASSAY_SCALE_NONE;
        }
        list.push_back(op.has(i) ? &tensors.back() : nullptr);
    }
    const assay_tensor_desc* output = &op.out(0);
    const auto attrs = op.attrs<assay_matmul_attrs>();
    auto desc = sdk::make<assay_op_desc>();
    desc.op = op.kind();
    desc.num_inputs = static_cast<std::uint32_t>(list.size());
    desc.num_outputs = 1;
    desc.inputs = list.data();
    desc.outputs = &output;
    desc.attrs = &attrs;
    desc.math = op.math();
    return sdk::Matmul(sdk::Op(&desc));
}

sdk::Matmul read_matmul(const sdk::Op& op, LtProblem& problem) {
    problem.scales_right = is_scaled(op, a_in);
    problem.scales_left = is_scaled(op, b_in);
    if (!problem.scales_left && !problem.scales_right) return sdk::Matmul(op);
    if (op.inputs() > 6 || op.outputs() != 1) unsupported("matmul: more tensors than it has");
    if (problem.scales_right) check_scale(op, a_in, a_scale_in, "A");
    if (problem.scales_left) check_scale(op, b_in, b_scale_in, "B");
    if (op.has(a_scale_in) != problem.scales_right || op.has(b_scale_in) != problem.scales_left) {
        sdk::fail(ASSAY_ERR_INVALID, "scales are given of an operand that has none");
    }
    return without_scales(op);
}

// ---------------------------------------------------------------- numbers and epilogues

/// Throws UNSUPPORTED when the scale's type does not hold the number.
LtScalar scalar_of(double value, cudaDataType_t type, const char* name) {
    LtScalar scalar;
    bool exact = true;
    const auto put = [&](auto number, double back) {
        std::memcpy(scalar.bytes, &number, sizeof number);
        exact = back == value;
    };
    if (type == CUDA_R_64F) {
        put(value, value);
    } else if (type == CUDA_R_32F) {
        // One rounding to f32 is what any f32 arithmetic does to its alpha.
        put(static_cast<float>(value), value);
    } else if (type == CUDA_R_16F) {
        const __half half = __double2half(value);
        put(half, static_cast<double>(__half2float(half)));
    } else {
        exact = std::fabs(value) <= std::numeric_limits<std::int32_t>::max() &&
                std::trunc(value) == value;
        if (exact) put(static_cast<std::int32_t>(value), value);
    }
    if (!exact)
        sdk::fail(ASSAY_ERR_UNSUPPORTED, "%s = %g is no number of the sums' type", name, value);
    return scalar;
}

cublasLtEpilogue_t epilogue_of(int activation, bool bias) {
    if (activation == ASSAY_ACT_NONE) {
        return bias ? CUBLASLT_EPILOGUE_BIAS : CUBLASLT_EPILOGUE_DEFAULT;
    }
    if (activation == ASSAY_ACT_RELU) {
        return bias ? CUBLASLT_EPILOGUE_RELU_BIAS : CUBLASLT_EPILOGUE_RELU;
    }
    if (activation == ASSAY_ACT_GELU_TANH) {
        return bias ? CUBLASLT_EPILOGUE_GELU_BIAS : CUBLASLT_EPILOGUE_GELU;
    }
    unsupported("activation " + std::to_string(activation) + " is unknown");
}

// ---------------------------------------------------------------- the rest

std::uint64_t bytes_of(const sdk::Matmul& mm, const sdk::Matrix& matrix, std::int64_t rows,
                       std::int64_t columns) {
    if (!matrix.present()) return 0;
    return static_cast<std::uint64_t>(mm.extent(matrix, rows, columns)) * width_of(matrix.dtype);
}

/// Of what is bound, whatever becomes of it.
void put_bytes(LtProblem& problem, const sdk::Matmul& mm) {
    problem.a_width = width_of(mm.a.dtype);
    problem.b_width = width_of(mm.b.dtype);
    problem.d_width = width_of(mm.d.dtype);
    if (mm.bias.present()) problem.bias_width = width_of(mm.bias.dtype);
    problem.a_bytes = bytes_of(mm, mm.a, mm.m, mm.k);
    problem.b_bytes = bytes_of(mm, mm.b, mm.k, mm.n);
    problem.bias_bytes = bytes_of(mm, mm.bias, 1, mm.n);
    problem.c_bytes = bytes_of(mm, mm.c, mm.m, mm.n);
    problem.d_bytes = bytes_of(mm, mm.d, mm.m, mm.n);
}

void check_sizes(const sdk::Matmul& mm) {
    if (mm.m == 0 || mm.n == 0 || mm.k == 0 || mm.batch == 0) unsupported("an empty matmul");
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    if (std::max({mm.m, mm.n, mm.k, mm.batch}) > most) {
        unsupported("a size beyond the 32 bits that cuBLASLt's kernels count with");
    }
}

void put_bias(LtProblem& problem, const sdk::Matmul& mm, const LtArithmetic& arithmetic) {
    if (!mm.bias.present()) return;
    if (!takes_bias(arithmetic, mm.bias.dtype)) {
        unsupported("cuBLASLt does not add a bias of this type to these types");
    }
    if (mm.bias.column_step != 1 && mm.n != 1) unsupported("a bias with gaps");
    problem.has_bias = true;
    problem.bias_type = lt_type(mm.bias.dtype, "bias").type;
}

void put_arithmetic(LtProblem& problem, const sdk::Matmul& mm, const LtArithmetic& arithmetic) {
    problem.compute = arithmetic.compute;
    problem.scale_type = arithmetic.scale;
    problem.accumulator = arithmetic.accumulator;
    problem.math = arithmetic.math;
    problem.eight_bit = sdk::bits(mm.a.dtype) == 8 && problem.accumulator == ASSAY_F32;
    problem.alpha = scalar_of(mm.alpha, arithmetic.scale, "alpha");
    problem.beta = scalar_of(mm.beta, arithmetic.scale, "beta");
    problem.epilogue = epilogue_of(mm.activation, mm.bias.present());
    if (problem.epilogue != CUBLASLT_EPILOGUE_DEFAULT && problem.accumulator == ASSAY_I32) {
        unsupported("integers: cuBLASLt has neither bias nor activation for them");
    }
}

void put_c(LtProblem& problem, const sdk::Matmul& mm) {
    problem.c = problem.d;
    if (!mm.c.present()) return;
    problem.has_c = true;
    if (mm.c.dtype != mm.d.dtype) unsupported("C and D of different types");
    problem.reads_c = mm.beta != 0;
    if (problem.reads_c) problem.c = output_of(mm.c, mm, "C");
}

void put_layouts(LtProblem& problem, sdk::Matmul mm, int capability) {
    Batch batch = batch_of(mm);
    if (folds(mm, batch)) {
        mm.m *= batch.count;
        batch = Batch{};
        check_sizes(mm);
    }
    if (has_one_layout(mm.a.dtype, capability)) {
        turn_operands(problem, mm, batch);
    } else {
        problem.left = operand_of(mm.b, mm.transpose_b, mm.k, mm.n, "B");
        problem.left.batch_step = batch.b;
        problem.right = operand_of(mm.a, mm.transpose_a, mm.m, mm.k, "A");
        problem.right.batch_step = batch.a;
    }
    problem.d = output_of(mm.d, mm, "D");
    put_c(problem, mm);
    problem.batch = static_cast<std::int32_t>(batch.count);
    problem.c.batch_step = problem.reads_c ? batch.c : batch.d;
    problem.d.batch_step = batch.d;
}

}  // namespace

LtProblem lt_problem(const sdk::Op& op, int capability) {
    LtProblem problem;
    sdk::Matmul mm = read_matmul(op, problem);
    check_sizes(mm);
    put_bytes(problem, mm);
    if (needs_finish(mm.activation)) take_finish(problem, mm);
    const LtArithmetic arithmetic = lt_arithmetic(op, mm, capability);
    put_arithmetic(problem, mm, arithmetic);
    put_bias(problem, mm, arithmetic);
    problem.deterministic = op.deterministic();
    problem.constant_left = mm.b.constant;
    put_layouts(problem, mm, capability);
    return problem;
}

}  // namespace assay::cuda
