// SPDX-License-Identifier: Apache-2.0
#include "core/host/operator.hpp"

#include <vector>

#include <catch2/catch.hpp>

#include "core/workload/workload.hpp"

namespace {

using namespace assay;
using Dims = std::vector<std::int64_t>;

// core/workload numbers its types as the ABI does: they cross the line by a cast.
static_assert(static_cast<int>(Dtype::f64) == ASSAY_F64);
static_assert(static_cast<int>(Dtype::f32) == ASSAY_F32);
static_assert(static_cast<int>(Dtype::f16) == ASSAY_F16);
static_assert(static_cast<int>(Dtype::bf16) == ASSAY_BF16);
static_assert(static_cast<int>(Dtype::f8e4m3) == ASSAY_F8E4M3FN);
static_assert(static_cast<int>(Dtype::f8e5m2) == ASSAY_F8E5M2);
static_assert(static_cast<int>(Dtype::i32) == ASSAY_I32);
static_assert(static_cast<int>(Dtype::i8) == ASSAY_I8);
static_assert(static_cast<int>(Dtype::i4) == ASSAY_I4);
static_assert(static_cast<int>(Dtype::u8) == ASSAY_U8);
static_assert(static_cast<int>(Dtype::u4) == ASSAY_U4);

Dims dims_of(const assay_tensor_desc& tensor) {
    return {tensor.dims, tensor.dims + tensor.rank};
}
Dims input_dims(const Operator& op, int index) {
    return dims_of(*op.desc().inputs[index]);
}
const assay_matmul_attrs& attrs_of(const Operator& op) {
    return *static_cast<const assay_matmul_attrs*>(op.desc().attrs);
}

}  // namespace

TEST_CASE("a plain GEMM has two matrices, an output and neutral attributes", "[host][operator]") {
    const Operator op(op_of(Gemm{.m = 2, .n = 3, .k = 4, .accumulator = Dtype::f32}));
    const assay_op_desc& desc = op.desc();
    CHECK(desc.struct_size == sizeof(assay_op_desc));
    CHECK(desc.op == ASSAY_OP_MATMUL);
    REQUIRE(desc.num_inputs == 2);
    REQUIRE(desc.num_outputs == 1);
    CHECK(input_dims(op, 0) == Dims{2, 4});
    CHECK(input_dims(op, 1) == Dims{4, 3});
    CHECK(dims_of(*desc.outputs[0]) == Dims{2, 3});
    CHECK(desc.inputs[1]->flags == 0);
    CHECK(desc.inputs[0]->struct_size == sizeof(assay_tensor_desc));
    CHECK(desc.accumulator == ASSAY_F32);
    CHECK(desc.math == ASSAY_MATH_STRICT);
    CHECK(attrs_of(op).struct_size == sizeof(assay_matmul_attrs));
    CHECK(attrs_of(op).alpha == 1);
    CHECK(attrs_of(op).beta == 0);
    CHECK(attrs_of(op).activation == ASSAY_ACT_NONE);
}

TEST_CASE("transposed operands are described as they are stored", "[host][operator]") {
    const Operator op(
        op_of(Gemm{.m = 2, .n = 3, .k = 4, .transpose_a = true, .transpose_b = true}));
    CHECK(input_dims(op, 0) == Dims{4, 2});
    CHECK(input_dims(op, 1) == Dims{3, 4});
    CHECK(attrs_of(op).transpose_a == 1);
    CHECK(attrs_of(op).transpose_b == 1);
}

TEST_CASE("a batch comes first, except in an operand that all share", "[host][operator]") {
    const Operator op(op_of(Gemm{.m = 2, .n = 3, .k = 4, .batch = 5, .broadcast_b = true}));
    CHECK(input_dims(op, 0) == Dims{5, 2, 4});
    CHECK(input_dims(op, 1) == Dims{4, 3});
    CHECK(dims_of(*op.desc().outputs[0]) == Dims{5, 2, 3});
}

TEST_CASE("bias, activation, math and constant weights are passed on", "[host][operator]") {
    const Operator op(op_of(Gemm{.m = 2,
                                 .n = 3,
                                 .k = 4,
                                 .a = Dtype::bf16,
                                 .b = Dtype::i8,
                                 .d = Dtype::f32,
                                 .math = Math::any,
                                 .bias = Dtype::f16,
                                 .activation = Activation::silu,
                                 .constant_b = true}));
    REQUIRE(op.desc().num_inputs == 3);
    CHECK(input_dims(op, 2) == Dims{3});
    CHECK(op.desc().inputs[0]->dtype == ASSAY_BF16);
    CHECK(op.desc().inputs[1]->dtype == ASSAY_I8);
    CHECK(op.desc().inputs[2]->dtype == ASSAY_F16);
    CHECK(op.desc().outputs[0]->dtype == ASSAY_F32);
    CHECK(op.desc().inputs[1]->flags == ASSAY_TENSOR_CONST);
    CHECK(op.desc().inputs[0]->flags == 0);
    CHECK(op.desc().math == ASSAY_MATH_ANY);
    CHECK(attrs_of(op).activation == ASSAY_ACT_SILU);
}

TEST_CASE("a moved operator keeps its pointers", "[host][operator]") {
    Operator first(op_of(Gemm{.m = 2, .n = 3, .k = 4}));
    const assay_tensor_desc* const* inputs = first.desc().inputs;
    const Operator second = std::move(first);
    CHECK(second.desc().inputs == inputs);
    CHECK(input_dims(second, 1) == Dims{4, 3});
}
