// SPDX-License-Identifier: Apache-2.0
// What the reference plugin does not do, operator by operator: unsupported, with a reason, or
// invalid, with what does not agree.
#include "tests/plugins/reference_device.hpp"

using namespace assay::test;
using Catch::Contains;

namespace {

template <class Attrs>
std::string reason(assay_op op, const Attrs& attrs, const std::vector<Value>& inputs,
                   const std::vector<Value>& outputs) {
    return Asked(op, attrs, inputs, outputs).reason(device());
}

const Value four = f32({1, 1, 2, 2}), two = f32({2}), square = f32({2, 2}), line = f32({1, 1, 2});

}  // namespace

TEST_CASE("convolution and pooling refuse layouts, activations and functions they do not know") {
    auto conv = sized<assay_conv_attrs>();
    conv.spatial_rank = 1;
    conv.layout = 2;
    CHECK_THAT(reason(ASSAY_OP_CONV, conv, {line, f32({1, 1, 1})}, {line}), Contains("layout 2"));
    conv.layout = 0;
    conv.activation = 99;
    CHECK_THAT(reason(ASSAY_OP_CONV, conv, {line, f32({1, 1, 1})}, {line}),
               Contains("activation 99"));
    conv.activation = 0;
    conv.output_pad[0] = 1;
    CHECK_THAT(reason(ASSAY_OP_CONV, conv, {line, f32({1, 1, 1})}, {line}), Contains("output_pad"));
    conv.output_pad[0] = 0;
    CHECK_THAT(reason(ASSAY_OP_CONV, conv, {space(ASSAY_I8, {1, 1, 2}), f32({1, 1, 1})}, {line}),
               Contains("integer"));
    CHECK_THROWS_WITH(reason(ASSAY_OP_CONV, conv, {line, f32({1, 3, 1})}, {line}),
                      Contains("X has 1 channels, W wants 3"));
    CHECK_THROWS_WITH(reason(ASSAY_OP_CONV, conv, {line, f32({1, 1, 2})}, {line}),
                      Contains("spatial dimension 0 of Y is 2, should be 1"));
    auto pool = sized<assay_pool_attrs>();
    pool.spatial_rank = 1;
    pool.window[0] = 1;
    pool.function = ASSAY_REDUCE_SUM;
    CHECK_THAT(reason(ASSAY_OP_POOL, pool, {line}, {line}), Contains("function 1"));
    pool.function = ASSAY_REDUCE_MAX;
    CHECK_THROWS_WITH(reason(ASSAY_OP_POOL, pool, {line}, {f32({1, 1, 3})}), Contains("beyond X"));
}

TEST_CASE("attention refuses pages, and heads that do not divide") {
    auto attrs = sized<assay_attention_attrs>();
    attrs.page_tokens = 16;
    CHECK_THAT(reason(ASSAY_OP_ATTENTION, attrs, {four, four, four}, {four}), Contains("paged"));
    attrs.page_tokens = 0;
    const Value three = f32({1, 3, 2, 2}), heads = f32({1, 2, 2, 2});
    CHECK_THROWS_WITH(reason(ASSAY_OP_ATTENTION, attrs, {three, heads, heads}, {three}),
                      Contains("no multiple"));
    attrs.kv_heads = 7;
    CHECK_THROWS_WITH(reason(ASSAY_OP_ATTENTION, attrs, {four, four, four}, {four}),
                      Contains("not those of Q and K"));
}

TEST_CASE("norm, softmax and elementwise refuse kinds, axes and functions they do not know") {
    auto norm = sized<assay_norm_attrs>();
    norm.kind = 9;
    CHECK_THAT(reason(ASSAY_OP_NORM, norm, {square}, {square}), Contains("kind 9"));
    norm.kind = ASSAY_NORM_BATCH;
    CHECK_THROWS_WITH(reason(ASSAY_OP_NORM, norm, {square}, {square}),
                      Contains("mean and variance"));
    auto softmax = sized<assay_softmax_attrs>();
    softmax.axis = 2;
    CHECK_THROWS_WITH(reason(ASSAY_OP_SOFTMAX, softmax, {square}, {square}), Contains("axis 2"));
    auto elementwise = sized<assay_elementwise_attrs>();
    elementwise.function = 40;
    CHECK_THAT(reason(ASSAY_OP_ELEMENTWISE, elementwise, {two}, {two}), Contains("function 40"));
    elementwise.function = ASSAY_EW_ADD;
    CHECK_THROWS_WITH(reason(ASSAY_OP_ELEMENTWISE, elementwise, {two}, {two}),
                      Contains("takes 2 tensors"));
    CHECK_THROWS_WITH(reason(ASSAY_OP_ELEMENTWISE, elementwise, {two, f32({3})}, {two}),
                      Contains("3 does not broadcast to 2"));
}

TEST_CASE("reduce, top-k, gather and scatter refuse what they cannot index") {
    auto reduce = sized<assay_reduce_attrs>();
    reduce.function = ASSAY_REDUCE_ARGMAX;
    reduce.axes_mask = 3;
    CHECK_THAT(reason(ASSAY_OP_REDUCE, reduce, {square}, {space(ASSAY_I32, {})}),
               Contains("more than one axis"));
    reduce.axes_mask = 1;
    CHECK_THAT(reason(ASSAY_OP_REDUCE, reduce, {square}, {two}), Contains("i32"));
    reduce.function = 9;
    CHECK_THAT(reason(ASSAY_OP_REDUCE, reduce, {square}, {two}), Contains("function 9"));
    auto topk = sized<assay_topk_attrs>();
    topk.k = 3;
    CHECK_THROWS_WITH(reason(ASSAY_OP_TOPK, topk, {two}, {two, two}), Contains("k is 3 of 2"));
    topk.k = 2;
    CHECK_THAT(reason(ASSAY_OP_TOPK, topk, {two}, {two, two}), Contains("i32"));
    auto gather = sized<assay_gather_attrs>();
    CHECK_THAT(reason(ASSAY_OP_GATHER, gather, {square, two}, {square}), Contains("must be i32"));
    gather.bag = ASSAY_REDUCE_MAX;
    CHECK_THAT(reason(ASSAY_OP_GATHER, gather, {square, space(ASSAY_I32, {2, 1})}, {square}),
               Contains("bag 3"));
    CHECK_THROWS_WITH(
        Asked(ASSAY_OP_SCATTER, {four, f32({1, 1, 3, 2}), space(ASSAY_I32, {1})}, {four})
            .reason(device()),
        Contains("does not fit into the cache"));
}

TEST_CASE("copy, convert, rope and resize refuse codes they do not know") {
    auto copy = sized<assay_copy_attrs>();
    copy.function = 6;
    CHECK_THAT(reason(ASSAY_OP_COPY, copy, {two}, {two}), Contains("function 6"));
    copy.function = ASSAY_COPY_PAD;
    copy.pad_mode = 3;
    CHECK_THAT(reason(ASSAY_OP_COPY, copy, {two}, {two}), Contains("pad_mode 3"));
    CHECK_THROWS_WITH(reason(ASSAY_OP_COPY, copy, {two}, {space(ASSAY_BF16, {2})}),
                      Contains("different element types"));
    auto unknown = sized<assay_softmax_attrs>();
    unknown.axis = 1;
    CHECK_THAT(reason(ASSAY_OP_CONVERT, unknown, {two}, {two}), Contains("attributes"));
    CHECK_THROWS_WITH(Asked(ASSAY_OP_CONVERT, {two, two}, {two}).reason(device()),
                      Contains("neither X nor Y is scaled"));
    auto rope = sized<assay_rope_attrs>();
    rope.rotary_dims = 3;
    CHECK_THROWS_WITH(reason(ASSAY_OP_ROPE, rope, {four, space(ASSAY_I32, {1})}, {four}),
                      Contains("rotary_dims 3"));
    auto resize = sized<assay_resize_attrs>();
    resize.mode = 2;
    CHECK_THAT(reason(ASSAY_OP_RESIZE, resize, {two}, {two}), Contains("mode 2"));
}

TEST_CASE("scales are for matmul and convert, and must fit") {
    auto weights = space(ASSAY_I8, {2, 2});
    weights.scaled(ASSAY_SCALE_CHANNEL, 1);
    auto matmul = sized<assay_matmul_attrs>();
    const std::vector<Value> inputs{square, weights, absent(), absent(), absent(), f32({3})};
    CHECK_THROWS_WITH(reason(ASSAY_OP_MATMUL, matmul, inputs, {square}),
                      Contains("scales are 3, should be 2"));
    CHECK_THROWS_WITH(reason(ASSAY_OP_MATMUL, matmul, {square, weights}, {square}),
                      Contains("no input 5"));
    auto softmax = sized<assay_softmax_attrs>();
    CHECK_THAT(reason(ASSAY_OP_SOFTMAX, softmax, {weights}, {square}), Contains("scales"));
}

TEST_CASE("element types, strides, flags and too many tensors are refused for every operator") {
    auto softmax = sized<assay_softmax_attrs>();
    CHECK_THAT(reason(ASSAY_OP_SOFTMAX, softmax, {space(ASSAY_F4E2M1, {2})}, {two}),
               Contains("input 0: element type 11"));
    CHECK_THAT(reason(ASSAY_OP_SOFTMAX, softmax, {two}, {space(ASSAY_I4, {2})}),
               Contains("output 0: element type 20"));
    CHECK_THAT(reason(ASSAY_OP_SOFTMAX, softmax, {two, two}, {two}), Contains("2 inputs"));
    CHECK_THAT(reason(ASSAY_OP_SOFTMAX, softmax, {two}, {two, two}), Contains("2 outputs"));
    auto odd = two;
    odd.strides({-1});
    CHECK_THAT(reason(ASSAY_OP_SOFTMAX, softmax, {odd}, {two}), Contains("negative stride"));
    odd = two;
    odd.desc.flags = 8;
    CHECK_THAT(reason(ASSAY_OP_SOFTMAX, softmax, {odd}, {two}), Contains("unknown flags"));
}
