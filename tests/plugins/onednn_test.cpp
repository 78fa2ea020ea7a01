// SPDX-License-Identifier: Apache-2.0
// The onednn plugin through the C ABI: right answers, and refusals that say why. What this CPU has
// no implementation for (bf16 on AVX2) is asked first, and then its refusal is what is tested.
#include <cstring>

#include <catch2/catch.hpp>

#include "tests/plugins/answer.hpp"

// The leak check (of the sanitizer tier) crashes in its own tracer beside oneDNN's thread pool.
extern "C" __attribute__((visibility("default"))) int __lsan_is_turned_off() {  // NOLINT
    return 1;
}

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

/// Right answer, native, and a path that names the implementation; or a refusal with a reason.
void check_right(const Session& session, const MatmulCase& matmul, BindB how = BindB::every_call) {
    const MatmulDesc desc(matmul);
    const assay_op_support support = query(session, desc.get());
    if (support.level == ASSAY_SUPPORT_NONE && matmul.a == ASSAY_BF16) {
        WARN("bf16 is not on this CPU: " << support.reason);
        CHECK(std::strstr(support.reason, "bf16") != nullptr);
        return;
    }
    if (support.level == ASSAY_SUPPORT_NONE && (matmul.a == ASSAY_I8 || matmul.a == ASSAY_U8)) {
        WARN("integers are not on this CPU: " << support.reason);
        CHECK(std::strstr(support.reason, "VNNI") != nullptr);
        return;
    }
    const bool widened = matmul.a == ASSAY_BF16 && support.level == ASSAY_SUPPORT_EMULATED;
    REQUIRE((support.level == ASSAY_SUPPORT_NATIVE || widened));
    const Answer got = answer(session, matmul, how);
    CHECK(got.worst <= 1);
    CHECK(std::strlen(got.info.path) > 0);
    CHECK(got.info.accumulator == support.accumulator);
    CHECK((got.info.constant_bytes > 0) == (how == BindB::as_constant));
}

struct Types {
    assay_dtype a, b, d;
};

}  // namespace

TEST_CASE("onednn describes itself and its one device", "[onednn]") {
    const assay_plugin_info info = plugin().info();
    CHECK(std::string(info.libraries).find("oneDNN ") == 0);
    CHECK(std::string(info.libraries).find("runtime") != std::string::npos);
    const assay_device_info device = plugin().device_info(0);
    CHECK(device.kind == ASSAY_KIND_CPU);
    CHECK(device.timer == ASSAY_TIMER_HOST);
    CHECK(device.compute_units >= 1);
    CHECK(device.memory_bytes > 0);
    CHECK(std::strlen(device.id) > 0);
    CHECK(std::strlen(device.arch) > 0);
}

TEST_CASE("onednn is right for every type and transpose", "[onednn]") {
    const Session session(plugin());
    const Types types =
        GENERATE(Types{ASSAY_F32, ASSAY_F32, ASSAY_F32}, Types{ASSAY_BF16, ASSAY_BF16, ASSAY_BF16},
                 Types{ASSAY_BF16, ASSAY_BF16, ASSAY_F32}, Types{ASSAY_I8, ASSAY_I8, ASSAY_I32},
                 Types{ASSAY_U8, ASSAY_I8, ASSAY_I32}, Types{ASSAY_I8, ASSAY_I8, ASSAY_F32},
                 Types{ASSAY_U8, ASSAY_I8, ASSAY_F32});
    const bool transpose_a = GENERATE(false, true), transpose_b = GENERATE(false, true);
    CAPTURE(types.a, types.b, types.d, transpose_a, transpose_b);
    MatmulCase matmul{.m = 33, .n = 50, .k = 71, .a = types.a, .b = types.b, .d = types.d};
    matmul.transpose_a = transpose_a;
    matmul.transpose_b = transpose_b;
    check_right(session, matmul);
    matmul.constant_b = true;
    check_right(session, matmul);
    check_right(session, matmul, BindB::as_constant);
}

TEST_CASE("onednn is right where a size is one", "[onednn]") {
    const Session session(plugin());
    struct Size {
        std::int64_t m, n, k;
    };
    const Size size = GENERATE(Size{1, 64, 80}, Size{64, 1, 80}, Size{64, 80, 1}, Size{1, 1, 1});
    const bool transpose_a = GENERATE(false, true), transpose_b = GENERATE(false, true);
    CAPTURE(size.m, size.n, size.k, transpose_a, transpose_b);
    MatmulCase matmul{.m = size.m, .n = size.n, .k = size.k};
    matmul.transpose_a = transpose_a;
    matmul.transpose_b = transpose_b;
    check_right(session, matmul);
    matmul.constant_b = true;
    check_right(session, matmul, BindB::as_constant);
}

TEST_CASE("onednn is right over a batch, whichever operand is shared", "[onednn]") {
    const Session session(plugin());
    const assay_dtype dtype = GENERATE(ASSAY_F32, ASSAY_BF16, ASSAY_I8);
    const bool broadcast_a = GENERATE(false, true), broadcast_b = GENERATE(false, true),
               transpose_a = GENERATE(false, true), transpose_b = GENERATE(false, true);
    CAPTURE(dtype, broadcast_a, broadcast_b, transpose_a, transpose_b);
    MatmulCase matmul{.m = 9, .n = 20, .k = 31, .batch = 3, .a = dtype, .b = dtype};
    matmul.d = dtype == ASSAY_I8 ? ASSAY_I32 : dtype;
    matmul.bias = dtype == ASSAY_I8 ? ASSAY_I32 : ASSAY_F32;
    matmul.broadcast_a = broadcast_a;
    matmul.broadcast_b = broadcast_b;
    matmul.transpose_a = transpose_a;
    matmul.transpose_b = transpose_b;
    if (broadcast_a && broadcast_b) {
        CHECK_THAT(reason_of(session, matmul), Catch::Contains("the batch"));
        return;
    }
    check_right(session, matmul);
    matmul.constant_b = true;
    check_right(session, matmul, BindB::as_constant);
}

TEST_CASE("onednn adds the bias before the activation", "[onednn]") {
    const Session session(plugin());
    const Types types =
        GENERATE(Types{ASSAY_F32, ASSAY_F32, ASSAY_F32}, Types{ASSAY_BF16, ASSAY_BF16, ASSAY_BF16},
                 Types{ASSAY_I8, ASSAY_I8, ASSAY_F32});
    const int activation = GENERATE(ASSAY_ACT_NONE, ASSAY_ACT_RELU, ASSAY_ACT_GELU,
                                    ASSAY_ACT_GELU_TANH, ASSAY_ACT_SILU);
    const assay_dtype bias = GENERATE_COPY(assay_dtype{0}, types.d, assay_dtype{ASSAY_F32});
    CAPTURE(types.a, activation, bias);
    MatmulCase matmul{.m = 17, .n = 40, .k = 5, .a = types.a, .b = types.b, .d = types.d};
    matmul.bias = bias;
    matmul.activation = activation;
    check_right(session, matmul);
}

TEST_CASE("onednn sums int8 products exactly beyond what an f32 can hold", "[onednn]") {
    const Session session(plugin());
    const MatmulCase matmul{
        .m = 4, .n = 16, .k = 1001, .a = ASSAY_U8, .b = ASSAY_I8, .d = ASSAY_I32};
    const MatmulDesc desc(matmul);
    if (query(session, desc.get()).level == ASSAY_SUPPORT_NONE) {
        CHECK_THAT(reason_of(session, matmul), Catch::Contains("VNNI"));
        return;
    }
    Prepared prepared(session, desc.get());
    Buffer a(session, 4 * 1001), b(session, 1001 * 16), d(session, 4 * 16 * 4);
    a.write(std::vector<std::uint8_t>(4 * 1001, 255));
    b.write(std::vector<std::uint8_t>(1001 * 16, 127));
    prepared.run({a.binding(), b.binding(), d.binding()});
    // 1001 * 255 * 127 = 32417385: odd and above 2^24, so not an f32.
    CHECK(decode(d.read(), ASSAY_I32) == std::vector<double>(4 * 16, 32417385.0));
}

TEST_CASE("onednn takes a constant B anew, and forgets the old one", "[onednn]") {
    const Session session(plugin());
    const MatmulCase matmul{.m = 20, .n = 48, .k = 64, .constant_b = true};
    const MatmulDesc desc(matmul);
    Prepared prepared(session, desc.get());
    for (const std::uint32_t seed : {1u, 2u}) {
        const NaiveMatmul naive = naive_matmul(matmul, seed);
        Buffer a(session, naive.a.size()), b(session, naive.b.size()), d(session, naive.d_bytes);
        a.write(naive.a);
        b.write(naive.b);
        prepared.bind_const(1, b);
        prepared.run({a.binding(), d.binding()});
        CHECK(worst_error(matmul, naive, d.read()) <= 1);
    }
    CHECK(std::string(prepared.info().path).find("B packed") != std::string::npos);
    CHECK(prepared.info().build_ns > 0);
}

TEST_CASE("onednn gives the same bits every time", "[onednn]") {
    const Session session(plugin());
    const MatmulCase matmul{.m = 65, .n = 130, .k = 515};
    const NaiveMatmul naive = naive_matmul(matmul, 1);
    const MatmulDesc desc(matmul);
    Prepared prepared(session, desc.get());
    Buffer a(session, naive.a.size()), b(session, naive.b.size()), first(session, naive.d_bytes),
        again(session, naive.d_bytes);
    a.write(naive.a);
    b.write(naive.b);
    prepared.run({a.binding(), b.binding(), first.binding()});
    for (int i = 0; i < 20; ++i) {
        prepared.run({a.binding(), b.binding(), again.binding()});
        REQUIRE(again.read() == first.read());
    }
}

TEST_CASE("onednn refuses a binding that is missing, too small or not constant", "[onednn]") {
    const Session session(plugin());
    const MatmulDesc desc(MatmulCase{.m = 4, .n = 4, .k = 4});
    Prepared prepared(session, desc.get());
    Buffer whole(session, 64), small(session, 60);
    CHECK_NOTHROW(prepared.run({whole.binding(), whole.binding(), whole.binding()}));
    CHECK_THROWS_WITH(prepared.run({whole.binding(), whole.binding()}),
                      Catch::Contains("2 bindings, needed are 3"));
    CHECK_THROWS_WITH(prepared.run({whole.binding(), small.binding(), whole.binding()}),
                      Catch::Contains("too small"));
    CHECK_THROWS_WITH(prepared.bind_const(1, whole), Catch::Contains("not declared constant"));
    CHECK_THROWS_WITH(prepared.bind_const(0, whole), Catch::Contains("only B"));
}

TEST_CASE("onednn says why it cannot", "[onednn]") {
    const Session session(plugin());
    using Catch::Contains;
    CHECK_THAT(reason_of(session, {.m = 8, .n = 8, .k = 8, .a = ASSAY_F64}), Contains("a=f64"));
    CHECK_THAT(reason_of(session, {.m = 8, .n = 8, .k = 8, .math = ASSAY_MATH_TF32}),
               Contains("math=strict"));
    CHECK_THAT(reason_of(session, {.m = 8, .n = 8, .k = 8, .accumulator = ASSAY_F64}),
               Contains("accumulates"));
    CHECK_THAT(reason_of(session, {.m = 8, .n = 8, .k = 8, .alpha = 2}), Contains("alpha"));
    CHECK_THAT(reason_of(session, {.m = 8, .n = 8, .k = 8, .activation = 99}),
               Contains("activation 99"));
    CHECK_THAT(reason_of(session, {.m = 8, .n = 8, .k = 8, .d = ASSAY_I32}),
               Contains("no implementation for a=f32 b=f32 d=i32 on this CPU (status"));
    MatmulDesc other(MatmulCase{});
    other.edit().op = ASSAY_OP_SOFTMAX;
    const assay_op_support support = query(session, other.get());
    CHECK(support.level == ASSAY_SUPPORT_NONE);
    CHECK(std::strlen(support.reason) > 0);
}

TEST_CASE("onednn keeps to strict arithmetic where any is allowed, and says so", "[onednn]") {
    const Session session(plugin());
    const MatmulCase matmul{.m = 40, .n = 40, .k = 40, .math = ASSAY_MATH_ANY};
    const MatmulDesc desc(matmul);
    CHECK(query(session, desc.get()).math == ASSAY_MATH_STRICT);
    check_right(session, matmul);
}

TEST_CASE("onednn reads an A with rows further apart than they are long", "[onednn]") {
    const Session session(plugin());
    const MatmulCase dense{.m = 3, .n = 16, .k = 8},
        strided{.m = 3, .n = 16, .k = 8, .a_strides = {11, 1}};
    const NaiveMatmul naive = naive_matmul(dense, 1);
    std::vector<std::uint8_t> spread(3 * 11 * 4, 0xff);
    for (std::size_t row = 0; row < 3; ++row)
        std::memcpy(&spread[row * 11 * 4], &naive.a[row * 8 * 4], 8 * 4);
    const MatmulDesc desc(strided);
    Prepared prepared(session, desc.get());
    Buffer a(session, spread.size()), b(session, naive.b.size()), d(session, naive.d_bytes);
    a.write(spread);
    b.write(naive.b);
    prepared.run({a.binding(), b.binding(), d.binding()});
    CHECK(worst_error(dense, naive, d.read()) <= 1);
}

TEST_CASE("onednn's threads option sets what the device reports", "[onednn]") {
    const assay_kv one{"threads", "1"}, none{"threads", "-1"};
    {
        const Session session(plugin(), {one});
        CHECK(plugin().device_info(0).compute_units == 1);
        check_right(session, {.m = 64, .n = 64, .k = 64});
    }
    CHECK_THROWS_WITH(Session(plugin(), {none}), Catch::Contains("threads"));
}
