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

/// The only product of the device.
const Multiplied& only(const Pretended& device) {
    REQUIRE(device.machine.multiplied.size() == 1);
    return device.machine.multiplied.front();
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
    const Size size =
        GENERATE(Size{5, 7, 19}, Size{1, 7, 19}, Size{5, 1, 19}, Size{5, 7, 1}, Size{1, 1, 1});
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
    check_right(device, product(types.operand, types.result, {5, 7, 19, 3}, false, transpose_b));
    const Multiplied& what = only(device);
    CHECK(what.d.batch == 3);
    CHECK(what.a.batch_step == 19 * 7);
    CHECK(what.b.batch_step == 5 * 19);
    CHECK(what.d.batch_step == 5 * 7);
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

TEST_CASE("cuda scales by alpha, adds beta C and the bias, then activates", "[cuda]") {
    const assay_dtype dtype = GENERATE(ASSAY_F64, ASSAY_F32, ASSAY_F16, ASSAY_BF16);
    const int activation = GENERATE(ASSAY_ACT_NONE, ASSAY_ACT_RELU, ASSAY_ACT_GELU_TANH);
    const bool has_bias = GENERATE(false, true), has_c = GENERATE(false, true);
    CAPTURE(dtype, activation, has_bias, has_c);
    const Pretended device;
    Product p = product(dtype, dtype, {5, 7, 19, 2});
    p.alpha = -0.25;
    p.activation = activation;
    if (has_bias) p.bias = {dtype, {7}};
    if (has_c) p.c = {dtype, {2, 5, 7}};
    if (has_c) p.beta = 2;
    // gelu_tanh: both in double, then rounded to D; a tie may fall either way.
    check_right(device, p, activation == ASSAY_ACT_GELU_TANH ? 0x1p-8 : 0);
    const Multiplied& what = only(device);
    CHECK(what.alpha == -0.25);
    CHECK(what.beta == (has_c ? 2 : 0));
    CHECK(what.same_place == !has_c);
    constexpr std::uint32_t plain[] = {CUBLASLT_EPILOGUE_DEFAULT, CUBLASLT_EPILOGUE_RELU,
                                       CUBLASLT_EPILOGUE_GELU};
    constexpr std::uint32_t with_bias[] = {CUBLASLT_EPILOGUE_BIAS, CUBLASLT_EPILOGUE_RELU_BIAS,
                                           CUBLASLT_EPILOGUE_GELU_BIAS};
    const int row = activation == ASSAY_ACT_NONE ? 0 : activation == ASSAY_ACT_RELU ? 1 : 2;
    CHECK(what.how.epilogue == (has_bias ? with_bias : plain)[row]);
}

TEST_CASE("cuda's own kernel does the activations that cuBLASLt has not", "[cuda]") {
    const assay_dtype dtype = GENERATE(ASSAY_F64, ASSAY_F32, ASSAY_F16, ASSAY_BF16);
    const int activation = GENERATE(ASSAY_ACT_GELU, ASSAY_ACT_SILU);
    const bool has_bias = GENERATE(false, true), shares_b = GENERATE(false, true);
    CAPTURE(dtype, activation, has_bias, shares_b);
    const Pretended device;
    Product p = product(dtype, dtype, {5, 7, 19, 2});
    if (shares_b) p.b.dims = {19, 7};
    p.d.strides = {60, 9, 1};
    p.activation = activation;
    if (has_bias) p.bias = {dtype, {7}};
    const bool narrow = dtype == ASSAY_F16 || dtype == ASSAY_BF16;
    // The reference is in double; f32 gives a few units of 2^-24, and a tie of D may fall either
    // way.
    const double tolerance = dtype == ASSAY_F64    ? 1e-14
                             : dtype == ASSAY_F32  ? 1e-6
                             : dtype == ASSAY_BF16 ? 0x1p-8
                                                   : 0x1p-11;
    const ProductAnswer got = check_right(device, p, tolerance);
    CHECK(got.info.launches == 2);
    CHECK_THAT(std::string(got.info.path), Contains(", then own kernel finish"));
    const Multiplied& what = only(device);
    CHECK(what.how.epilogue == CUBLASLT_EPILOGUE_DEFAULT);
    CHECK(what.how.bias == nullptr);
    // 16 bits would round the sum before the activation: it is kept in f32, without gaps.
    CHECK(what.d.type == (dtype == ASSAY_F64 ? CUDA_R_64F : CUDA_R_32F));
    CHECK(what.d.leading == (narrow ? 7 : 9));
    CHECK(what.d.batch == (narrow && shares_b ? 1 : 2));
}

TEST_CASE("cuda says which activations need another D", "[cuda]") {
    const Pretended device;
    Product p = product(ASSAY_BF16, ASSAY_BF16, {5, 7, 19});
    p.activation = ASSAY_ACT_SILU;
    p.c = p.d;
    CHECK_THAT(refusal_of(device.session, p), Contains("C before gelu with erf or silu"));
    p = product(ASSAY_I8, ASSAY_I32, {5, 7, 19});
    p.activation = ASSAY_ACT_GELU;
    CHECK_THAT(refusal_of(device.session, p), Contains("floating results only"));
    p = product(ASSAY_F16, ASSAY_F32, {5, 7, 19});
    p.activation = ASSAY_ACT_GELU;
    p.bias = {ASSAY_F16, {7}};
    CHECK_THAT(refusal_of(device.session, p), Contains("a bias that is not of D's type"));
    p.bias.dtype = ASSAY_F32;
    check_right(device, p, 1e-6);
}

TEST_CASE("cuda reads no C when beta is 0", "[cuda]") {
    const Pretended device;
    Product p = f32({5, 7, 19});
    p.c = p.d;
    p.c.strides = {1, 5};  // a layout that cuBLASLt has not for C
    check_right(device, p);
    CHECK(only(device).same_place);
    p.beta = 1;
    CHECK_THAT(refusal_of(device.session, p), Contains("C: its rows have gaps"));
}

TEST_CASE("cuda takes integers for alpha and beta of integers only", "[cuda]") {
    const Pretended device;
    Product p = product(ASSAY_I8, ASSAY_I32, {5, 7, 19});
    p.alpha = -3;
    p.c = p.d;
    p.beta = 2;
    check_right(device, p);
    CHECK(only(device).how.scale == CUDA_R_32I);
    p.alpha = 0.5;
    CHECK_THAT(refusal_of(device.session, p), Contains("alpha = 0.5 is no number"));
    p.alpha = 1;
    p.activation = ASSAY_ACT_RELU;
    CHECK_THAT(refusal_of(device.session, p), Contains("integers"));
}

TEST_CASE("cuda multiplies 8-bit floats with the scales of their tensors", "[cuda]") {
    const assay_dtype a = GENERATE(ASSAY_F8E4M3FN, ASSAY_F8E5M2),
                      b = GENERATE(ASSAY_F8E4M3FN, ASSAY_F8E5M2);
    const assay_dtype d = GENERATE(ASSAY_F32, ASSAY_F16, ASSAY_BF16);
    const float scale_a = GENERATE(0.0F, 0.5F), scale_b = GENERATE(0.0F, 4.0F);
    CAPTURE(a, b, d, scale_a, scale_b);
    const Pretended device;
    Product p = product(a, d, {5, 16, 32}, false, true);
    p.b.dtype = b;
    p.a.scale = scale_a;
    p.b.scale = scale_b;
    if (a == ASSAY_F8E5M2 && b == ASSAY_F8E5M2) {
        CHECK_THAT(refusal_of(device.session, p), Contains("does not multiply these types"));
        return;
    }
    p.bias = {d == ASSAY_F16 ? ASSAY_F16 : ASSAY_BF16, {16}};
    check_right(device, p);
    const Multiplied& what = only(device);
    CHECK((what.how.scale_b != nullptr) == (scale_a != 0));
    CHECK((what.how.scale_a != nullptr) == (scale_b != 0));
    CHECK(what.how.fast_accumulation == 0);
    CHECK(what.how.bias_type == (d == ASSAY_F16 ? CUDA_R_16F : CUDA_R_16BF));
}

TEST_CASE("cuda says that cuBLASLt knows one layout of 8-bit floats", "[cuda]") {
    const Pretended device;
    CHECK_THAT(refusal_of(device.session, product(ASSAY_F8E4M3FN, ASSAY_BF16, {16, 16, 32})),
               Contains("cuBLASLt has no algorithm for these types, layouts and epilogue on this "
                        "device (compute capability 9.0)"));
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

TEST_CASE("cuda takes the fastest of what is proposed, but none that rounds", "[cuda]") {
    // Number 4 would be the fastest but computes with fewer bits; number 3 is not there at all.
    const Pretended device("fastest");
    device.machine.milliseconds = {{1, 3.0}, {2, 2.0}, {3, 0.5}, {4, 0.5}, {5, 1.5}};
    const ProductAnswer got = check_right(device, f32({5, 7, 19}));
    CHECK(device.machine.multiplied.back().algorithm == 5);
    CHECK(got.info.tuned_candidates == 3);
    CHECK(got.info.workspace_bytes == 5 * 1024);
    CHECK_THAT(std::string(got.info.path), Contains("cuBLASLt algorithm 5"));
    CHECK_FALSE(got.support.deterministic);
    for (const Multiplied& each : device.machine.multiplied) {
        CHECK(each.algorithm != 3);
        CHECK(each.algorithm != cuda_fake::Machine::dishonest);
        CHECK(each.workspace_bytes == static_cast<std::size_t>(each.algorithm) * 1024);
    }
}

TEST_CASE("cuda times nothing where the same bits are asked for", "[cuda]") {
    const Pretended device("fastest");
    Product p = f32({5, 7, 19});
    p.deterministic = true;
    const ProductAnswer got = check_right(device, p);
    CHECK(got.support.deterministic);
    CHECK(got.info.tuned_candidates == 0);
    CHECK(only(device).algorithm == 1);
}

TEST_CASE("cuda takes the favourite when there is no memory to time others", "[cuda]") {
    auto& machine = cuda_fake::machine();
    const Pretended device("fastest");
    const std::uint64_t all = machine.memory_bytes;
    machine.memory_bytes = machine.used_bytes + 100;  // operands have 380, 532 and 140 bytes
    const MatmulDesc desc(MatmulCase{.m = 5, .n = 7, .k = 19});
    const Prepared prepared(device.session, desc.get());
    machine.memory_bytes = all;
    CHECK(prepared.info().tuned_candidates == 0);
    CHECK_THAT(std::string(prepared.info().path), Contains("algorithm 1"));
}

TEST_CASE("cuda allows parts of a sum to meet in the accumulator's type only", "[cuda]") {
    const Pretended device;
    check_right(device, f32({5, 7, 19}));
    REQUIRE(device.machine.preferred.size() >= 2);
    for (const auto& each : device.machine.preferred) {
        CHECK(each.reduction_schemes == CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE);
        CHECK(each.workspace_bytes == std::uint64_t{32} << 20);
    }
}

TEST_CASE("cuda takes operands wherever an algorithm can have them", "[cuda]") {
    const Pretended device;
    Product p = f32({5, 7, 19});
    p.a.offset = 4, p.b.offset = 12, p.d.offset = 20;
    check_right(device, p);
    Product narrow = product(ASSAY_I8, ASSAY_I32, {5, 7, 19});
    narrow.a.offset = 16, narrow.d.offset = 64;
    check_right(device, narrow);
    narrow.a.offset = 1;
    CHECK_THROWS_WITH(answer_of(device.session, narrow), Contains("multiples of 256 bytes"));
    p.a.offset = 2;
    CHECK_THROWS_WITH(answer_of(device.session, p), Contains("begins within an element"));
}

TEST_CASE("cuda refuses a binding that is missing or too small", "[cuda]") {
    const Pretended device;
    const MatmulDesc desc(MatmulCase{.m = 4, .n = 4, .k = 4});
    Prepared prepared(device.session, desc.get());
    Buffer whole(device.session, 64), small(device.session, 60);
    whole.write(std::vector<std::uint8_t>(64));
    CHECK_NOTHROW(prepared.run({whole.binding(), whole.binding(), whole.binding()}));
    CHECK_THROWS_WITH(prepared.run({whole.binding(), whole.binding()}), Contains("needed"));
    CHECK_THROWS_WITH(prepared.run({whole.binding(), small.binding(), whole.binding()}),
                      Contains("has 60 bytes, needed are 64"));
    assay_binding beyond = whole.binding();
    beyond.offset = 16;  // its size would leave the buffer
    CHECK_THROWS_WITH(prepared.run({whole.binding(), whole.binding(), beyond}),
                      Contains("leave a buffer of 64"));
}
