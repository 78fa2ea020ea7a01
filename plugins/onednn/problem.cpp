// SPDX-License-Identifier: Apache-2.0
// See problem.hpp.
#include "problem.hpp"

#include "compat.hpp"
#include "names.hpp"

namespace assay::onednn {
namespace {

using dnnl::memory;

[[noreturn]] void unsupported(const std::string& why) {
    throw sdk::Error(ASSAY_ERR_UNSUPPORTED, why);
}

memory::data_type type_of(const char* name, assay_dtype dtype) {
    if (const auto type = data_type(dtype)) return *type;
    unsupported("oneDNN's matmul has no " + std::string(name) + "=" + dtype_name(dtype));
}

bool is_integer(assay_dtype dtype) {
    return dtype == ASSAY_I8 || dtype == ASSAY_U8;
}

/// One B for the whole batch, and rows of A and D that follow one another: (batch m) x k times
/// k x n is the same work as one larger matmul, and oneDNN 2.6 packs B for two dimensions only.
bool can_fold(const sdk::Matmul& mm) {
    if (mm.batch == 1 || mm.transpose_a || !mm.a.dense || !mm.d.dense) return false;
    for (int i = 0; i < mm.batch_rank; ++i) {
        const auto dim = static_cast<std::size_t>(i);
        if (mm.batch_dims[dim] == 1) continue;
        if (mm.a.batch_step[dim] == 0 || mm.b.batch_step[dim] != 0) return false;
    }
    return true;
}

bool has_batch_of_nobody(const sdk::Matmul& mm) {
    for (int i = 0; i < mm.batch_rank; ++i) {
        const auto dim = static_cast<std::size_t>(i);
        const bool shared = mm.a.batch_step[dim] == 0 && mm.b.batch_step[dim] == 0;
        if (shared && mm.batch_dims[dim] != 1) return true;
    }
    return false;
}

sdk::Matmul fold(sdk::Matmul mm) {
    mm.m *= mm.batch;
    mm.batch = 1;
    mm.batch_rank = 0;
    return mm;
}

struct Shape {
    memory::dims dims, strides;
};

Shape shape_of(const sdk::Matmul& mm, const sdk::Matrix& matrix, memory::dim rows,
               memory::dim columns) {
    Shape shape;
    for (int i = 0; i < mm.batch_rank; ++i) {
        const auto dim = static_cast<std::size_t>(i);
        const bool shared = matrix.batch_step[dim] == 0;
        shape.dims.push_back(shared ? 1 : mm.batch_dims[dim]);
        shape.strides.push_back(shared ? rows * columns : matrix.batch_step[dim]);
    }
    shape.dims.insert(shape.dims.end(), {rows, columns});
    shape.strides.insert(shape.strides.end(), {matrix.row_step, matrix.column_step});
    return shape;
}

std::uint64_t touched_bytes(const sdk::Matmul& mm, const sdk::Matrix& matrix, std::int64_t rows,
                            std::int64_t columns) {
    const auto elements = static_cast<std::uint64_t>(mm.extent(matrix, rows, columns));
    return (elements * static_cast<std::uint64_t>(sdk::bits(matrix.dtype)) + 7) / 8;
}

/// The bias as a row that is broadcast over rows and batch.
memory::desc bias_desc(const sdk::Matmul& mm) {
    const auto rank = static_cast<std::size_t>(mm.batch_rank) + 2;
    memory::dims dims(rank, 1), strides(rank, mm.n * mm.bias.column_step);
    dims.back() = mm.n;
    strides.back() = mm.bias.column_step;
    return {dims, type_of("bias", mm.bias.dtype), strides};
}

dnnl::primitive_attr attributes_for(int code) {
    dnnl::primitive_attr attributes;
    // Set, not left to the default: DNNL_DEFAULT_FPMATH_MODE would change f32 into bf16 unseen.
    attributes.set_fpmath_mode(dnnl::fpmath_mode::strict);
    // Ours, so that it is reported, and so that enqueue allocates nothing.
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    if (code == ASSAY_ACT_NONE) return attributes;
    const auto act = activation(code);
    if (!act) unsupported("activation " + std::to_string(code) + " is unknown to this plugin");
    dnnl::post_ops ops;
    compat::append_eltwise(ops, act->algorithm, act->alpha);
    attributes.set_post_ops(ops);
    return attributes;
}

std::string types_of(const sdk::Matmul& mm) {
    std::string text = "a=" + dtype_name(mm.a.dtype) + " b=" + dtype_name(mm.b.dtype) +
                       " d=" + dtype_name(mm.d.dtype);
    if (mm.bias.present()) text += " bias=" + dtype_name(mm.bias.dtype);
    return text;
}

/// What oneDNN could not be asked for, or would do otherwise than asked.
void refuse(const sdk::Op& op, const sdk::Matmul& mm, assay_dtype accumulator) {
    if (op.math() != ASSAY_MATH_STRICT && op.math() != ASSAY_MATH_ANY) {
        unsupported("only math=strict is offered: oneDNN on a CPU multiplies operands as they are");
    }
    if (mm.alpha != 1) unsupported("alpha other than 1: 2.x and 3.x scale before and after bias");
    if (mm.beta != 0 || mm.c.present()) unsupported("beta and C are not implemented");
    if (mm.m == 0 || mm.n == 0 || mm.k == 0 || mm.batch == 0) unsupported("an empty matmul");
    if (has_batch_of_nobody(mm)) unsupported("oneDNN takes the batch of D from A or from B");
    if (op.accumulator() != 0 && op.accumulator() != accumulator) {
        unsupported("oneDNN accumulates " + types_of(mm) + " in " + dtype_name(accumulator) +
                    ", not in " + dtype_name(op.accumulator()));
    }
    if (accumulator == ASSAY_I32 && !sums_integers_exactly()) {
        unsupported("integers: without VNNI oneDNN sums two products in 16 bits, which saturate (" +
                    isa_name() + ")");
    }
}

}  // namespace

Problem::Problem(const sdk::Op& op) {
    sdk::Matmul mm(op);
    types = types_of(mm);
    constant_b = mm.b.constant;
    accumulator = is_integer(mm.a.dtype) && is_integer(mm.b.dtype) ? ASSAY_I32 : ASSAY_F32;
    refuse(op, mm, accumulator);
    folded = can_fold(mm);
    if (folded) mm = fold(mm);

    b_row_step = mm.b.row_step;
    b_column_step = mm.b.column_step;
    a_bytes = touched_bytes(mm, mm.a, mm.m, mm.k);
    b_bytes = touched_bytes(mm, mm.b, mm.k, mm.n);
    d_bytes = touched_bytes(mm, mm.d, mm.m, mm.n);
    if (mm.bias.present()) bias_bytes = touched_bytes(mm, mm.bias, 1, mm.n);

    const auto type_a = type_of("a", mm.a.dtype), type_b = type_of("b", mm.b.dtype),
               type_d = type_of("d", mm.d.dtype);
    attributes = attributes_for(mm.activation);
    const Shape of_a = shape_of(mm, mm.a, mm.m, mm.k), of_b = shape_of(mm, mm.b, mm.k, mm.n),
                of_d = shape_of(mm, mm.d, mm.m, mm.n);
    try {
        a = memory::desc(of_a.dims, type_a, of_a.strides);
        b = memory::desc(of_b.dims, type_b, of_b.strides);
        d = memory::desc(of_d.dims, type_d, of_d.strides);
        packed_b = memory::desc(of_b.dims, type_b, memory::format_tag::any);
        if (mm.bias.present()) bias = bias_desc(mm);
    } catch (const dnnl::error& error) {
        throw as_sdk_error(error, "cannot describe these strides");
    }
}

dnnl::matmul::primitive_desc choose(const dnnl::engine& engine, const Problem& problem,
                                    BLayout layout) {
    try {
        return compat::matmul_primitive_desc(
            engine, problem.a, layout == BLayout::packed ? problem.packed_b : problem.b,
            problem.bias ? &*problem.bias : nullptr, problem.d, problem.attributes);
    } catch (const dnnl::error& error) {
        throw as_sdk_error(error, "has no implementation for " + problem.types + " on this CPU");
    }
}

sdk::Error as_sdk_error(const dnnl::error& error, const std::string& doing) {
    const std::string text =
        compat::library_name() + " " + doing + " (status " + std::to_string(error.status) + ")";
    switch (error.status) {
        // 2.x says "invalid" of type combinations that no implementation takes, f16 -> i32.
        case dnnl_unimplemented:
        case dnnl_invalid_arguments:
            return {ASSAY_ERR_UNSUPPORTED, text, error.status};
        case dnnl_out_of_memory:
            return {ASSAY_ERR_NO_HOST_MEMORY, text, error.status};
        default:
            return {ASSAY_ERR_INTERNAL, text, error.status};
    }
}

}  // namespace assay::onednn
