// SPDX-License-Identifier: Apache-2.0
// The opencl plugin's matmul through the C ABI: right products by every kernel, and refusals that
// say why.
#include <catch2/catch.hpp>

#include "tests/plugins/answer.hpp"
#include "tests/plugins/opencl_device.hpp"

namespace {

using namespace assay::test;
using Catch::Contains;

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

Answer check_right(const Session& session, const MatmulCase& matmul,
                   BindB how = BindB::every_call) {
    const MatmulDesc desc(matmul);
    REQUIRE(query(session, desc.get()).level == ASSAY_SUPPORT_NATIVE);
    const Answer got = answer(session, matmul, how);
    CHECK(got.worst <= 1);
    CHECK(got.info.accumulator == matmul.a);
    return got;
}

}  // namespace

TEST_CASE("opencl is right for both types, every transpose and sizes of one", "[opencl]") {
    OPENCL_DEVICE_OR_RETURN;
    const Session& session = opencl_device();
    struct Size {
        std::int64_t m, n, k;
    };
    const Size size = GENERATE(Size{33, 70, 71}, Size{1, 64, 80}, Size{64, 1, 80}, Size{64, 80, 1},
                               Size{1, 1, 1}, Size{3, 129, 40});
    const assay_dtype dtype = GENERATE(ASSAY_F32, ASSAY_F64);
    if (dtype == ASSAY_F64 && !opencl_has_f64()) return;
    const bool transpose_a = GENERATE(false, true), transpose_b = GENERATE(false, true);
    CAPTURE(dtype, size.m, size.n, size.k, transpose_a, transpose_b);
    MatmulCase matmul = of_type(dtype, {.m = size.m, .n = size.n, .k = size.k});
    matmul.transpose_a = transpose_a;
    matmul.transpose_b = transpose_b;
    check_right(session, matmul);
}

TEST_CASE("opencl is right over a batch with bias and activation", "[opencl]") {
    OPENCL_DEVICE_OR_RETURN;
    const Session& session = opencl_device();
    const bool broadcast_a = GENERATE(false, true), broadcast_b = GENERATE(false, true),
               transpose_b = GENERATE(false, true), bind = GENERATE(false, true);
    const int activation = GENERATE(range(ASSAY_ACT_NONE, ASSAY_ACT_SILU + 1));
    CAPTURE(broadcast_a, broadcast_b, transpose_b, bind, activation);
    MatmulCase matmul{.m = 9, .n = 68, .k = 31, .batch = 3, .bias = ASSAY_F32};
    matmul.broadcast_a = broadcast_a;
    matmul.broadcast_b = broadcast_b;
    matmul.transpose_b = transpose_b;
    matmul.activation = activation;
    matmul.constant_b = bind;
    check_right(session, matmul, bind ? BindB::as_constant : BindB::every_call);
}

TEST_CASE("opencl scales the product by alpha, and not the bias", "[opencl]") {
    OPENCL_DEVICE_OR_RETURN;
    const Session& session = opencl_device();
    check_right(session, {.m = 12, .n = 20, .k = 31, .bias = ASSAY_F32, .alpha = -0.5});
}

TEST_CASE("opencl is right by each of its matmul kernels", "[opencl]") {
    OPENCL_DEVICE_OR_RETURN;
    const std::string kernel =
        GENERATE(as<std::string>(), "packed4x2", "packed6x2", "packed4x3", "packed8x2", "direct4x2",
                 "direct1x4", "packed1x4", "dot1", "dot4", "shared");
    const Session session(opencl(), {{"gemm", kernel.c_str()}});
    const bool bind = GENERATE(false, true);
    CAPTURE(kernel, bind);
    for (const assay_dtype dtype : {ASSAY_F32, ASSAY_F64}) {
        if (dtype == ASSAY_F64 && !opencl_has_f64()) continue;
        MatmulCase matmul = of_type(dtype, {.m = 37, .n = 139, .k = 67, .batch = 2});
        matmul.bias = dtype;
        matmul.activation = ASSAY_ACT_RELU;
        matmul.transpose_b = kernel.find("dot") == 0;
        matmul.constant_b = bind;
        check_right(session, matmul, bind ? BindB::as_constant : BindB::every_call);
    }
}

TEST_CASE("opencl says which kernel it chose among how many", "[opencl]") {
    OPENCL_DEVICE_OR_RETURN;
    const Session& session = opencl_device();
    const MatmulDesc desc(MatmulCase{.m = 64, .n = 64, .k = 64});
    const assay_exec_info info = Prepared(session, desc.get()).info();
    CHECK_THAT(std::string(info.path), Contains("own "));
    CHECK(info.tuned_candidates >= 3);
    CHECK(info.tune_ns > 0);
    const Session other(opencl(), {{"gemm", "direct4x2"}});
    const assay_exec_info forced = Prepared(other, desc.get()).info();
    CHECK_THAT(std::string(forced.path), Catch::StartsWith("own tile 4x"));
    CHECK(forced.tuned_candidates == 0);
}

TEST_CASE("opencl says why it cannot", "[opencl]") {
    OPENCL_DEVICE_OR_RETURN;
    const Session& session = opencl_device();
    CHECK_THAT(reason_of(session, of_type(ASSAY_BF16, {.m = 8, .n = 8, .k = 8})),
               Contains("f32 and f64 only"));
    CHECK_THAT(reason_of(session, {.m = 8, .n = 8, .k = 8, .d = ASSAY_F64}), Contains("one type"));
    CHECK_THAT(reason_of(session, {.m = 8, .n = 8, .k = 8, .activation = 99}), Contains("unknown"));
    CHECK_THAT(reason_of(session, {.m = 8, .n = 8, .k = 8, .math = ASSAY_MATH_TF32}),
               Contains("math=strict"));
    CHECK_THAT(reason_of(session, {.m = 8, .n = 8, .k = 8, .accumulator = ASSAY_F64}),
               Contains("accumulate"));
    CHECK_THROWS_WITH(Prepared(Session(opencl(), {{"gemm", "magic"}}),
                               MatmulDesc(MatmulCase{.m = 4, .n = 4, .k = 4}).get()),
                      Contains("gemm=magic is unknown"));
}

TEST_CASE("opencl refuses a binding that is missing or too small", "[opencl]") {
    OPENCL_DEVICE_OR_RETURN;
    const Session& session = opencl_device();
    const MatmulDesc desc(MatmulCase{.m = 4, .n = 4, .k = 4});
    Prepared prepared(session, desc.get());
    Buffer whole(session, 64), small(session, 60);
    whole.write(std::vector<std::uint8_t>(64));
    CHECK_NOTHROW(prepared.run({whole.binding(), whole.binding(), whole.binding()}));
    CHECK_THROWS_WITH(prepared.run({whole.binding(), whole.binding()}), Contains("needed"));
    CHECK_THROWS_WITH(prepared.run({whole.binding(), small.binding(), whole.binding()}),
                      Contains("too small"));
}
