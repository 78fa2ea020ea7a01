// SPDX-License-Identifier: Apache-2.0
#include "core/workload/op_cost.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/workload/op_problem.hpp"

namespace assay {

using test::op_of;
using test::tensor;

namespace {
constexpr Dtype f32 = Dtype::f32, i32 = Dtype::i32, bf16 = Dtype::bf16;
}

TEST_CASE("the first convolution of ResNet-50 is 118 million multiply-adds") {
    const ConvAttrs conv{.stride = {2, 2, 1}, .pad_begin = {3, 3, 0}, .pad_end = {3, 3, 0}};
    const Op op = op_of(conv, {tensor(f32, {1, 3, 224, 224}), tensor(f32, {64, 3, 7, 7})});
    REQUIRE(flop(op) == 2.0 * 64 * 3 * 7 * 7 * 112 * 112);
    REQUIRE(least_bytes(op) == 4.0 * (3 * 224 * 224 + 64 * 3 * 7 * 7 + 64 * 112 * 112));
    REQUIRE_FALSE(counts_integer_operations(op));
}

TEST_CASE("a depthwise and a transposed convolution count the products they have") {
    const ConvAttrs deep{.groups = 32, .pad_begin = {1, 1, 0}, .pad_end = {1, 1, 0}};
    REQUIRE(flop(op_of(deep, {tensor(f32, {1, 32, 8, 8}), tensor(f32, {32, 1, 3, 3})})) ==
            2.0 * 32 * 8 * 8 * 9);
    const ConvAttrs up{.transposed = true, .stride = {2, 2, 1}};
    // Each input element meets 5 output channels and a window of 2 x 2.
    REQUIRE(flop(op_of(up, {tensor(f32, {1, 4, 8, 8}), tensor(f32, {4, 5, 2, 2})})) ==
            2.0 * 4 * 8 * 8 * 5 * 4);
}

TEST_CASE("a quantised matmul counts operations, and its scales as bytes") {
    TensorType b = tensor(Dtype::i4, {256, 8});
    b.scaling = Scaling::block;
    b.scale_block = 128;
    const Op op =
        op_of(MatmulAttrs{}, {tensor(bf16, {2, 256}), b, {}, {}, {}, tensor(f32, {2, 8})});
    REQUIRE(flop(op) == 2.0 * 2 * 8 * 256);
    REQUIRE(least_bytes(op) == 2.0 * 2 * 256 + 256 * 8 / 2 + 4 * 2 * 8 + 2 * 2 * 8);
    REQUIRE_FALSE(counts_integer_operations(op));
    REQUIRE(counts_integer_operations(
        op_of(MatmulAttrs{}, {tensor(Dtype::i8, {2, 4}), tensor(Dtype::i8, {4, 2})})));
}

TEST_CASE("attention counts only the pairs that are seen") {
    REQUIRE(seen_pairs({}, 3, 5) == 15);
    // Queries 0, 1, 2 of 3 with 5 keys see 3, 4 and 5 of them; the last two each with window 2.
    REQUIRE(seen_pairs({.causal = true}, 3, 5) == 12);
    REQUIRE(seen_pairs({.causal = true, .window = 2}, 3, 5) == 6);
    // More queries than keys: the first 2 of 5 see none.
    REQUIRE(seen_pairs({.causal = true}, 5, 3) == 1 + 2 + 3);
    // A window without causality keeps the later keys: keys from 2, 3, 4 on - 1 for window 2.
    REQUIRE(seen_pairs({.window = 2}, 3, 5) == 4 + 3 + 2);
    const Op op = op_of(
        AttentionAttrs{.causal = true},
        {tensor(bf16, {2, 8, 3, 64}), tensor(bf16, {2, 2, 5, 64}), tensor(bf16, {2, 2, 5, 32})});
    REQUIRE(flop(op) == 2.0 * 2 * 8 * 12 * (64 + 32));
    REQUIRE(least_bytes(op) == 2.0 * 2 * (8 * 3 * 64 + 2 * 5 * 64 + 2 * 5 * 32 + 8 * 3 * 32));
}

TEST_CASE("a gather reads the rows it takes and a scatter writes those it appends") {
    const Op rows = op_of(GatherAttrs{}, {tensor(bf16, {50000, 768}), tensor(i32, {7})});
    REQUIRE(flop(rows) == 0);
    REQUIRE(least_bytes(rows) == 2.0 * 2 * 7 * 768 + 4 * 7);
    const Op bags =
        op_of(GatherAttrs{.bag = Reduction::sum}, {tensor(f32, {50000, 64}), tensor(i32, {7, 10})});
    REQUIRE(flop(bags) == 7.0 * 10 * 64);
    REQUIRE(least_bytes(bags) == 4.0 * (7 * 10 * 64 + 7 * 10 + 7 * 64));
    const Op cache = op_of(ScatterAttrs{}, {tensor(bf16, {1, 8, 4096, 128}),
                                            tensor(bf16, {1, 8, 1, 128}), tensor(i32, {1})});
    REQUIRE(least_bytes(cache) == 2.0 * 2 * 8 * 128 + 4);
}

TEST_CASE("nominal counts of what is not a product") {
    const TensorType x = tensor(f32, {4, 10});
    REQUIRE(flop(op_of(SoftmaxAttrs{.axis = 1}, {x})) == 5 * 40);
    REQUIRE(flop(op_of(NormAttrs{}, {x})) == 7 * 40);
    REQUIRE(flop(op_of(NormAttrs{.kind = NormKind::rms}, {x, {}, {}, x})) == 5 * 40);
    REQUIRE(flop(op_of(ElementwiseAttrs{.function = Function::add}, {x, tensor(f32, {10})})) == 40);
    REQUIRE(flop(op_of(ReduceAttrs{.function = Reduction::sum, .axes = {1}}, {x})) == 40);
    REQUIRE(flop(op_of(RopeAttrs{.rotary_dims = 4},
                       {tensor(f32, {1, 2, 3, 8}), tensor(i32, {1})})) == 3 * 2 * 3 * 4);
    REQUIRE(
        flop(op_of(PoolAttrs{.function = Reduction::max, .window = {2, 2, 1}, .stride = {2, 2, 1}},
                   {tensor(f32, {1, 3, 4, 4})})) == 3 * 4 * 4);
    REQUIRE(flop(op_of(GroupedMatmulAttrs{}, {tensor(f32, {9, 4}), tensor(f32, {3, 4, 5}),
                                              tensor(i32, {3})})) == 2 * 9 * 4 * 5);
}

}  // namespace assay
