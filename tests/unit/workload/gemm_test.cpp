// SPDX-License-Identifier: Apache-2.0
#include "core/workload/gemm.hpp"

#include <catch2/catch.hpp>

namespace assay {

namespace {

using Catch::Matchers::Contains;

Gemm small() {
    return {.m = 2, .n = 3, .k = 5, .batch = 7};
}

}  // namespace

TEST_CASE("work is two operations for each product, whatever the epilogue") {
    Gemm gemm = small();
    REQUIRE(flop(gemm) == 2.0 * 2 * 3 * 5 * 7);
    gemm.bias = Dtype::f32;
    gemm.activation = Activation::gelu;
    REQUIRE(flop(gemm) == 420);
}

TEST_CASE("traffic is each operand once and the result once, in its own type") {
    Gemm gemm = small();
    gemm.a = Dtype::u8;
    gemm.b = Dtype::i8;
    gemm.d = Dtype::i32;
    gemm.bias = Dtype::i32;
    // A 7 * 10, B 7 * 15, bias 3 * 4, D 7 * 6 * 4 bytes.
    REQUIRE(footprint_bytes(gemm) == 70 + 105 + 12 + 168);
    REQUIRE(least_bytes(gemm) == 355);
}

TEST_CASE("a broadcast operand has no batch") {
    Gemm gemm = small();
    gemm.broadcast_b = true;
    const GemmElements count = elements(gemm);
    REQUIRE(count.a == 70);
    REQUIRE(count.b == 15);
    REQUIRE(count.bias == 0);
    REQUIRE(count.d == 42);
}

TEST_CASE("the short name leaves defaults out and says all else") {
    Gemm gemm{.m = 1, .n = 4096, .k = 512};
    REQUIRE(short_name(gemm) == "gemm f32 1x4096x512");
    gemm.a = gemm.b = Dtype::i8;
    gemm.d = Dtype::i32;
    gemm.transpose_b = true;
    gemm.bias = Dtype::i32;
    gemm.activation = Activation::relu;
    REQUIRE(short_name(gemm) == "gemm i8*i8->i32 1x4096x512 tB bias relu");
    Gemm other{.m = 8, .n = 8, .k = 8, .batch = 4};
    other.accumulator = Dtype::f64;
    other.math = Math::tf32;
    other.transpose_a = other.broadcast_a = other.broadcast_b = other.constant_b = true;
    other.bias = Dtype::bf16;
    REQUIRE(short_name(other) ==
            "gemm f32 8x8x8 batch 4 tA sharedA sharedB constB bias:bf16 acc:f64 math:tf32");
}

TEST_CASE("a problem that makes no sense says why") {
    REQUIRE(invalid(small()).empty());
    Gemm gemm = small();
    gemm.k = 0;
    REQUIRE(invalid(gemm) == "k must be at least 1, is 0");
    gemm.k = std::int64_t{1} << 40;
    REQUIRE_THAT(invalid(gemm), Contains("k must be at most"));
    gemm = {.m = 1 << 25, .n = 1 << 25, .k = 1};
    REQUIRE_THAT(invalid(gemm), Contains("2^40"));
}

TEST_CASE("rows of 4-bit operands are whole bytes, as the ABI has them") {
    Gemm gemm = {.m = 3, .n = 5, .k = 7, .a = Dtype::i4, .b = Dtype::i8, .d = Dtype::i32};
    REQUIRE(invalid(gemm) == "k must be even where a is i4: its rows are whole bytes");
    gemm.transpose_a = true;
    REQUIRE(invalid(gemm) == "m must be even where a is i4: its rows are whole bytes");
    gemm.m = 4;
    REQUIRE(invalid(gemm).empty());
    gemm.b = Dtype::u4;
    REQUIRE(invalid(gemm) == "n must be even where b is u4: its rows are whole bytes");
    gemm.transpose_b = true;
    REQUIRE(invalid(gemm) == "k must be even where b is u4: its rows are whole bytes");
    gemm.k = 8;
    REQUIRE(invalid(gemm).empty());
}

TEST_CASE("types that do not go together are named") {
    const auto wrong = [](auto change) {
        Gemm gemm = small();
        change(gemm);
        return invalid(gemm);
    };
    REQUIRE_THAT(wrong([](Gemm& g) { g.d = Dtype::i32; }), Contains("needs integer operands"));
    REQUIRE_THAT(wrong([](Gemm& g) { g.a = g.b = Dtype::i32; }), Contains("i32"));
    REQUIRE_THAT(wrong([](Gemm& g) { g.b = Dtype::none; }), Contains("b must have a type"));
    REQUIRE_THAT(wrong([](Gemm& g) { g.d = Dtype::i4; }), Contains("at least 8 bits"));
    REQUIRE_THAT(wrong([](Gemm& g) { g.accumulator = Dtype::i32; }), Contains("accumulator"));
    const auto integer = [&](auto change) {
        return wrong([&](Gemm& g) {
            g.a = g.b = Dtype::i8;
            g.d = Dtype::i32;
            change(g);
        });
    };
    REQUIRE(integer([](Gemm&) {}).empty());
    REQUIRE_THAT(integer([](Gemm& g) { g.bias = Dtype::f32; }), Contains("bias"));
    REQUIRE_THAT(integer([](Gemm& g) { g.activation = Activation::gelu; }), Contains("gelu"));
}

}  // namespace assay
