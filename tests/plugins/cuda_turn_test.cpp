// SPDX-License-Identifier: Apache-2.0
// The cuda plugin's products of 8 bits on a pretended device, which like a real one has one layout
// for them: others are copied into it.
#include <catch2/catch.hpp>

#include "tests/plugins/answer.hpp"
#include "tests/plugins/cuda_product.hpp"

namespace {

using namespace assay::test;
using Catch::Contains;
using cuda_fake::Multiplied;

MatmulCase constant_integers() {
    MatmulCase matmul{.m = 8, .n = 12, .k = 16};
    matmul.a = matmul.b = ASSAY_I8;
    matmul.d = ASSAY_I32;
    matmul.constant_b = true;
    return matmul;
}

}  // namespace

TEST_CASE("cuda copies operands of 8 bits into the layout that cuBLASLt has", "[cuda]") {
    const assay_dtype dtype = GENERATE(ASSAY_I8, ASSAY_F8E4M3FN);
    const bool transpose_a = GENERATE(false, true), transpose_b = GENERATE(false, true);
    const int batch = GENERATE(1, 3);
    CAPTURE(dtype, transpose_a, transpose_b, batch);
    const Pretended device;
    const ProductAnswer got =
        check_right(device, product(dtype, dtype == ASSAY_I8 ? ASSAY_I32 : ASSAY_BF16,
                                    {16, 32, 48, batch}, transpose_a, transpose_b));
    const Multiplied& what = only(device);
    CHECK(what.how.operation_a == CUBLAS_OP_T);
    CHECK(what.how.operation_b == CUBLAS_OP_N);
    CHECK(what.a.leading == 48);
    CHECK(what.b.leading == 48);
    CHECK(got.info.launches == 1u + transpose_a + !transpose_b);
    const std::string path = got.info.path;
    CHECK((path.find("A transposed in each call") != path.npos) == transpose_a);
    CHECK((path.find("B transposed in each call") != path.npos) == !transpose_b);
}

TEST_CASE("cuda copies one B of 8 bits for a whole batch, with gaps or not", "[cuda]") {
    const Pretended device;
    Product p = product(ASSAY_I8, ASSAY_I32, {4, 8, 12, 3}, true);
    p.b.dims = {12, 8};
    p.b.strides = {11, 1};
    p.a.strides = {100, 5, 1};
    check_right(device, p);
    CHECK(only(device).a.batch_step == 0);
    CHECK(only(device).b.batch_step == 4 * 12);
}

TEST_CASE("cuda copies no operand of 8 bits whose single line leaves the choice", "[cuda]") {
    const Pretended device;
    Product p = product(ASSAY_F8E4M3FN, ASSAY_BF16, {1, 16, 32}, true, true);
    CHECK(check_right(device, p).info.launches == 1);
}

TEST_CASE("cuda says which sizes products of 8 bits want", "[cuda]") {
    const Pretended device;
    CHECK_THAT(refusal_of(device.session, product(ASSAY_F8E4M3FN, ASSAY_BF16, {16, 16, 24})),
               Contains("cuBLASLt has no algorithm for these types, sizes and epilogue on this "
                        "device (compute capability 9.0; 8 bits want sizes in multiples of 16)"));
    CHECK_THAT(refusal_of(device.session, product(ASSAY_I8, ASSAY_I32, {5, 7, 19})),
               Contains("multiples of 16"));
}

TEST_CASE("cuda copies a constant B of 8 bits once", "[cuda]") {
    const Pretended device;
    const Answer each = answer(device.session, constant_integers());
    CHECK(each.worst <= 1);
    CHECK(each.info.launches == 2);
    CHECK(each.info.constant_bytes == 0);
    const Answer once = answer(device.session, constant_integers(), BindB::as_constant);
    CHECK(once.worst <= 1);
    CHECK(once.info.launches == 1);
    CHECK(once.info.constant_bytes == 12 * 16);
    CHECK_THAT(std::string(once.info.path), Contains(", B transposed once"));
    CHECK(device.machine.misuse.empty());
}

TEST_CASE("cuda repacks no other constant", "[cuda]") {
    const Pretended device;
    MatmulCase matmul{.m = 8, .n = 12, .k = 16};
    matmul.constant_b = true;
    CHECK_THROWS_WITH(answer(device.session, matmul, BindB::as_constant),
                      Contains("only a constant B of 8 bits"));
    matmul = constant_integers();
    matmul.constant_b = false;
    CHECK_THROWS_WITH(answer(device.session, matmul, BindB::as_constant),
                      Contains("only a constant B of 8 bits"));
}
