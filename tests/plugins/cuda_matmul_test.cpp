// SPDX-License-Identifier: Apache-2.0
// The cuda plugin's matmul on a pretended device: every answer held against the reference plugin's,
// and what cuBLASLt was handed held against what it should have been.
#include <catch2/catch.hpp>

#include "tests/plugins/cuda_product.hpp"

namespace {

using namespace assay::test;
using Catch::Contains;
using cuda_fake::Multiplied;

struct Types {
    assay_dtype operand, result;
    cublasComputeType_t compute;
};
constexpr Types all_types[] = {
    {ASSAY_F64, ASSAY_F64, CUBLAS_COMPUTE_64F},   {ASSAY_F32, ASSAY_F32, CUBLAS_COMPUTE_32F},
    {ASSAY_F16, ASSAY_F16, CUBLAS_COMPUTE_32F},   {ASSAY_F16, ASSAY_F32, CUBLAS_COMPUTE_32F},
    {ASSAY_BF16, ASSAY_BF16, CUBLAS_COMPUTE_32F}, {ASSAY_BF16, ASSAY_F32, CUBLAS_COMPUTE_32F},
    {ASSAY_I8, ASSAY_I32, CUBLAS_COMPUTE_32I}};

/// Sizes that cuBLASLt takes of these types: products of i8 come in words of four bytes.
Size fitting(Size size, const Types& types) {
    const std::int64_t word = types.operand == ASSAY_I8 ? 4 : 1;
    return {word * size.m, word * size.n, word * size.k, size.batch};
}

void check_layout(const cuda_fake::Layout& layout, std::uint64_t rows, std::uint64_t columns,
                  std::int64_t leading) {
    CHECK(layout.rows == rows);
    CHECK(layout.columns == columns);
    CHECK(layout.leading == leading);
}

Product f32(const Size& size) {
    return product(ASSAY_F32, ASSAY_F32, size);
}

}  // namespace

TEST_CASE("cuda is right in every type, transpose and with sizes of one", "[cuda]") {
    const Types types = GENERATE(from_range(std::begin(all_types), std::end(all_types)));
    const bool transpose_a = GENERATE(false, true), transpose_b = GENERATE(false, true);
    const Size size = fitting(
        GENERATE(Size{5, 7, 19}, Size{1, 7, 19}, Size{5, 1, 19}, Size{5, 7, 1}, Size{1, 1, 1}),
        types);
    CAPTURE(types.operand, types.result, transpose_a, transpose_b, size.m, size.n, size.k);
    const Pretended device;
    check_right(device, product(types.operand, types.result, size, transpose_a, transpose_b));
    CHECK(only(device).how.compute == types.compute);
}

TEST_CASE("cuda hands row-major matrices over as their transposes", "[cuda]") {
    const bool transpose_a = GENERATE(false, true), transpose_b = GENERATE(false, true);
    const Pretended device;
    check_right(device, product(ASSAY_F32, ASSAY_F32, {5, 7, 19}, transpose_a, transpose_b));
    const Multiplied& what = only(device);
    // Our B [19, 7] is a column-major [7, 19]; stored transposed, [7, 19], it is a [19, 7].
    check_layout(what.a, transpose_b ? 19 : 7, transpose_b ? 7 : 19, transpose_b ? 19 : 7);
    check_layout(what.b, transpose_a ? 5 : 19, transpose_a ? 19 : 5, transpose_a ? 5 : 19);
    check_layout(what.d, 7, 5, 7);
    CHECK(what.how.operation_a == (transpose_b ? CUBLAS_OP_T : CUBLAS_OP_N));
    CHECK(what.how.operation_b == (transpose_a ? CUBLAS_OP_T : CUBLAS_OP_N));
    CHECK(what.how.epilogue == CUBLASLT_EPILOGUE_DEFAULT);
    CHECK(what.same_place);
}

TEST_CASE("cuda takes rows with gaps between them", "[cuda]") {
    const Pretended device;
    Product p = f32({5, 7, 19});
    p.a.strides = {23, 1};
    p.b.strides = {11, 1};
    p.d.strides = {13, 1};
    check_right(device, p);
    CHECK(only(device).b.leading == 23);
    CHECK(only(device).a.leading == 11);
    CHECK(only(device).d.leading == 13);
}

TEST_CASE("cuda takes columns one after another as a transposed operand", "[cuda]") {
    const Pretended device;
    Product p = f32({5, 7, 19});
    p.a.strides = {1, 6};
    p.b.strides = {1, 21};
    check_right(device, p);
    CHECK(only(device).how.operation_a == CUBLAS_OP_T);
    CHECK(only(device).how.operation_b == CUBLAS_OP_T);
    CHECK(only(device).b.leading == 6);
    CHECK(only(device).a.leading == 21);
}

TEST_CASE("cuda multiplies a batch in one call", "[cuda]") {
    const Types types = GENERATE(from_range(std::begin(all_types), std::end(all_types)));
    const bool transpose_b = GENERATE(false, true);
    const Pretended device;
    const Size size = fitting({5, 7, 19, 3}, types);
    check_right(device, product(types.operand, types.result, size, false, transpose_b));
    const Multiplied& what = only(device);
    CHECK(what.d.batch == 3);
    CHECK(what.a.batch_step == size.k * size.n);
    CHECK(what.b.batch_step == size.m * size.k);
    CHECK(what.d.batch_step == size.m * size.n);
}

TEST_CASE("cuda repeats an operand that has no batch of its own", "[cuda]") {
    const Pretended device;
    Product p = f32({5, 7, 19, 3});
    p.a.dims = {1, 5, 19};
    check_right(device, p);
    CHECK(only(device).b.batch_step == 0);
    CHECK(only(device).a.batch_step == 19 * 7);
}

TEST_CASE("cuda makes one product of a batch that shares B", "[cuda]") {
    const Pretended device;
    Product p = f32({5, 7, 19, 3});
    p.b.dims = {19, 7};
    p.bias = {ASSAY_F32, {7}};
    p.c = p.d;
    p.beta = 0.5;
    check_right(device, p);
    CHECK(only(device).d.batch == 1);
    CHECK(only(device).d.columns == 15);
    CHECK(only(device).b.columns == 15);
}

TEST_CASE("cuda keeps a batch whose rows do not follow one another", "[cuda]") {
    const Pretended device;
    Product p = f32({5, 7, 19, 3});
    p.b.dims = {19, 7};
    SECTION("gaps between the matrices of A") {
        p.a.strides = {100, 19, 1};
    }
    SECTION("a transposed A") {
        p = product(ASSAY_F32, ASSAY_F32, {5, 7, 19, 3}, true);
        p.b.dims = {19, 7};
    }
    SECTION("rows of D of one matrix between those of the others") {
        p.d.strides = {7, 21, 1};
    }
    check_right(device, p);
    CHECK(only(device).d.batch == 3);
}

TEST_CASE("cuda joins batch dimensions that one step goes through", "[cuda]") {
    const Pretended device;
    Product p = f32({5, 7, 19});
    p.a.dims = {2, 3, 5, 19};
    p.b.dims = {2, 3, 19, 7};
    p.d.dims = {2, 3, 5, 7};
    check_right(device, p);
    CHECK(only(device).d.batch == 6);
    p.a.dims = {2, 1, 5, 19};
    CHECK_THAT(refusal_of(device.session, p), Contains("no single step"));
}

TEST_CASE("cuda does the arithmetic that is asked for, or refuses", "[cuda]") {
    const Pretended device;
    Product p = f32({5, 7, 19});
    SECTION("tf32 where it is asked for") {
        p.math = ASSAY_MATH_TF32;
        CHECK(check_right(device, p).info.math == ASSAY_MATH_TF32);
        CHECK(only(device).how.compute == CUBLAS_COMPUTE_32F_FAST_TF32);
    }
    SECTION("and where any is allowed, said so") {
        p.math = ASSAY_MATH_ANY;
        CHECK(check_right(device, p).info.math == ASSAY_MATH_TF32);
        CHECK(only(device).how.compute == CUBLAS_COMPUTE_32F_FAST_TF32);
    }
    SECTION("sums in f16 where they are asked for") {
        p = product(ASSAY_F16, ASSAY_F16, {5, 7, 19});
        p.accumulator = ASSAY_F16;
        // 19 sums of at most 76, each off by half a step of 2^-5 at most: 0.3 of 1 + |value|.
        CHECK(check_right(device, p, 0.3).info.accumulator == ASSAY_F16);
        CHECK(only(device).how.compute == CUBLAS_COMPUTE_16F);
        CHECK(only(device).how.scale == CUDA_R_16F);
    }
    SECTION("no bf16x3") {
        p.math = ASSAY_MATH_BF16X3;
        CHECK_THAT(refusal_of(device.session, p), Contains("only math=strict is offered"));
    }
    SECTION("no tf32 of other types") {
        p = product(ASSAY_F16, ASSAY_F16, {5, 7, 19});
        p.math = ASSAY_MATH_TF32;
        CHECK_THAT(refusal_of(device.session, p), Contains("only math=strict is offered"));
    }
    SECTION("no other sums") {
        p.accumulator = ASSAY_F64;
        CHECK_THAT(refusal_of(device.session, p), Contains("does not sum these in f64"));
    }
}

TEST_CASE("cuda refuses what cuBLASLt has not, and says why", "[cuda]") {
    const Pretended device;
    const auto reason = [&](const Product& p) { return refusal_of(device.session, p); };
    Product p = f32({5, 7, 19});
    p.activation = 99;
    CHECK_THAT(reason(p), Contains("activation 99 is unknown"));
    CHECK_THAT(reason(product(ASSAY_F32, ASSAY_F16, {5, 7, 19})),
               Contains("a=f32 b=f32 d=f16: cuBLASLt does not multiply these types"));
    CHECK_THAT(reason(product(ASSAY_U8, ASSAY_I32, {5, 7, 19})), Contains("a=u8"));
    p = f32({5, 7, 19});
    p.bias = {ASSAY_F16, {7}};
    CHECK_THAT(reason(p), Contains("a bias of this type"));
    p = f32({5, 7, 19});
    p.a.strides = {38, 2};
    CHECK_THAT(reason(p), Contains("A: neither its rows nor its columns"));
    p = f32({5, 7, 19});
    p.d.strides = {1, 5};
    CHECK_THAT(reason(p), Contains("its rows have gaps"));
    p = f32({5, 7, 19});
    p.a.scale = 2;
    CHECK_THAT(reason(p), Contains("scales 8-bit floats only"));
}

TEST_CASE("cuda refuses types that an older device has not", "[cuda]") {
    auto& machine = cuda_fake::machine();
    machine.major = 7, machine.minor = 5;
    {
        const Pretended device;
        CHECK_THAT(refusal_of(device.session, product(ASSAY_BF16, ASSAY_BF16, {5, 7, 19})),
                   Contains("compute capability 7.5, needed is 8.0"));
        Product p = f32({5, 7, 19});
        p.math = ASSAY_MATH_ANY;
        CHECK(check_right(device, p).info.math == ASSAY_MATH_STRICT);
    }
    machine.major = 9, machine.minor = 0;
}
