// SPDX-License-Identifier: Apache-2.0
// The openblas plugin through the C ABI: right answers, and refusals that say why.
#include <cstring>

#include <catch2/catch.hpp>

#include "tests/plugins/answer.hpp"

namespace {

using namespace assay::test;

const LoadedPlugin& plugin() {
    static const LoadedPlugin loaded(ASSAY_TEST_PLUGIN);
    return loaded;
}

std::string reason_of(const Session& session, const MatmulCase& matmul) {
    const MatmulDesc desc(matmul);
    const assay_op_support support = query(session, desc.get());
    CHECK(support.level == ASSAY_SUPPORT_NONE);
    return support.reason;
}

MatmulCase of_type(assay_dtype dtype, MatmulCase matmul) {
    matmul.a = matmul.b = matmul.d = dtype;
    return matmul;
}

void check_right(const Session& session, const MatmulCase& matmul) {
    const MatmulDesc desc(matmul);
    REQUIRE(query(session, desc.get()).level == ASSAY_SUPPORT_NATIVE);
    const Answer got = answer(session, matmul);
    CHECK(got.worst <= 1);
    CHECK(got.info.accumulator == matmul.a);
    CHECK(std::string(got.info.path).find(matmul.a == ASSAY_F64 ? "dgemm" : "sgemm") == 0);
}

}  // namespace

TEST_CASE("openblas describes itself and its one device", "[openblas]") {
    CHECK(std::string(plugin().info().libraries).find("OpenBLAS") == 0);
    const assay_device_info device = plugin().device_info(0);
    CHECK(device.kind == ASSAY_KIND_CPU);
    CHECK(device.compute_units >= 1);
    CHECK(std::strlen(device.arch) > 0);
}

TEST_CASE("openblas is right for both types, every transpose and sizes of one", "[openblas]") {
    const Session session(plugin());
    struct Size {
        std::int64_t m, n, k;
    };
    const Size size = GENERATE(Size{33, 50, 71}, Size{1, 64, 80}, Size{64, 1, 80}, Size{64, 80, 1},
                               Size{1, 1, 1});
    const assay_dtype dtype = GENERATE(ASSAY_F32, ASSAY_F64);
    const bool transpose_a = GENERATE(false, true), transpose_b = GENERATE(false, true);
    CAPTURE(dtype, size.m, size.n, size.k, transpose_a, transpose_b);
    MatmulCase matmul = of_type(dtype, {.m = size.m, .n = size.n, .k = size.k});
    matmul.transpose_a = transpose_a;
    matmul.transpose_b = transpose_b;
    check_right(session, matmul);
}

TEST_CASE("openblas is right over a batch with a bias, whichever operand is shared", "[openblas]") {
    const Session session(plugin());
    const assay_dtype dtype = GENERATE(ASSAY_F32, ASSAY_F64);
    const bool broadcast_a = GENERATE(false, true), broadcast_b = GENERATE(false, true),
               transpose_a = GENERATE(false, true), transpose_b = GENERATE(false, true);
    CAPTURE(dtype, broadcast_a, broadcast_b, transpose_a, transpose_b);
    MatmulCase matmul = of_type(dtype, {.m = 9, .n = 20, .k = 31, .batch = 3});
    matmul.bias = dtype;
    matmul.broadcast_a = broadcast_a;
    matmul.broadcast_b = broadcast_b;
    matmul.transpose_a = transpose_a;
    matmul.transpose_b = transpose_b;
    check_right(session, matmul);
}

TEST_CASE("openblas scales the product by alpha, and not the bias", "[openblas]") {
    const Session session(plugin());
    MatmulCase matmul{.m = 12, .n = 20, .k = 31, .bias = ASSAY_F32, .alpha = -0.5};
    check_right(session, matmul);
}

TEST_CASE("openblas says why it cannot", "[openblas]") {
    const Session session(plugin());
    using Catch::Contains;
    CHECK_THAT(reason_of(session, of_type(ASSAY_BF16, {.m = 8, .n = 8, .k = 8})),
               Contains("f32 and f64 only"));
    CHECK_THAT(reason_of(session, {.m = 8, .n = 8, .k = 8, .d = ASSAY_F64}), Contains("one type"));
    CHECK_THAT(reason_of(session, {.m = 8, .n = 8, .k = 8, .activation = ASSAY_ACT_RELU}),
               Contains("no activations"));
    CHECK_THAT(reason_of(session, {.m = 8, .n = 8, .k = 8, .math = ASSAY_MATH_TF32}),
               Contains("math=strict"));
    CHECK_THAT(reason_of(session, {.m = 8, .n = 8, .k = 8, .accumulator = ASSAY_F64}),
               Contains("accumulates"));
    CHECK_THAT(reason_of(session, {.m = 8, .n = 8, .k = 8, .a_strides = {16, 1}}),
               Contains("strides"));
    CHECK_THAT(reason_of(session, {.m = std::int64_t{1} << 40, .n = 8, .k = 8}), Contains("-bit"));
}

TEST_CASE("openblas refuses a binding that is missing or too small", "[openblas]") {
    const Session session(plugin());
    const MatmulDesc desc(MatmulCase{.m = 4, .n = 4, .k = 4});
    Prepared prepared(session, desc.get());
    Buffer whole(session, 64), small(session, 60);
    CHECK_NOTHROW(prepared.run({whole.binding(), whole.binding(), whole.binding()}));
    CHECK_THROWS_WITH(prepared.run({whole.binding(), whole.binding()}), Catch::Contains("needed"));
    CHECK_THROWS_WITH(prepared.run({whole.binding(), small.binding(), whole.binding()}),
                      Catch::Contains("too small"));
}

TEST_CASE("openblas's threads option sets what the device reports", "[openblas]") {
    const assay_kv one{"threads", "1"}, none{"threads", "many"};
    {
        const Session session(plugin(), {one});
        CHECK(plugin().device_info(0).compute_units == 1);
        check_right(session, {.m = 64, .n = 64, .k = 64});
    }
    CHECK_THROWS_WITH(Session(plugin(), {none}), Catch::Contains("threads"));
}
