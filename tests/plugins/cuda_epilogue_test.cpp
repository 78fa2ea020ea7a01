// SPDX-License-Identifier: Apache-2.0
// The cuda plugin's matmul on a pretended device: what multiplies, is added and follows.
#include <catch2/catch.hpp>

#include "tests/plugins/cuda_product.hpp"

namespace {

using namespace assay::test;
using Catch::Contains;
using cuda_fake::Multiplied;

Product f32(const Size& size) {
    return product(ASSAY_F32, ASSAY_F32, size);
}

}  // namespace

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
    p = product(ASSAY_I8, ASSAY_I32, {8, 12, 16});
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
    Product p = product(ASSAY_I8, ASSAY_I32, {8, 12, 16});
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

TEST_CASE("cuda says that it has no kernels for a device that is too old", "[cuda]") {
    auto& machine = cuda_fake::machine();
    machine.major = 7, machine.minor = 5;
    {
        const Pretended device;
        Product p = f32({5, 7, 19});
        check_right(device, p);
        p.activation = ASSAY_ACT_SILU;
        CHECK_THAT(refusal_of(device.session, p), Contains("ASSAY_CUDA_ARCHITECTURES"));
    }
    machine.major = 9, machine.minor = 0;
}
