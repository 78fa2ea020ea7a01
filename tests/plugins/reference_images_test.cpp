// SPDX-License-Identifier: Apache-2.0
// The reference plugin's convolution, pooling and resizing, against numbers worked out by hand.
#include "tests/plugins/reference_device.hpp"

using namespace assay::test;

namespace {

assay_conv_attrs conv(int spatial) {
    auto attrs = sized<assay_conv_attrs>();
    attrs.spatial_rank = spatial;
    return attrs;
}

Numbers answer(const assay_conv_attrs& attrs, const Value& x, const Value& w, const Dims& y) {
    return Asked(ASSAY_OP_CONV, attrs, {x, w}, {f32(y)}).answer(device());
}

assay_pool_attrs pool(int function, int window, int stride = 1) {
    auto attrs = sized<assay_pool_attrs>();
    attrs.function = function;
    attrs.spatial_rank = 1;
    attrs.window[0] = window;
    attrs.stride[0] = stride;
    return attrs;
}

Numbers answer(const assay_pool_attrs& attrs, const Numbers& x, std::int64_t y) {
    const auto size = static_cast<std::int64_t>(x.size());
    return Asked(ASSAY_OP_POOL, attrs, {f32({1, 1, size}, x)}, {f32({1, 1, y})}).answer(device());
}

assay_resize_attrs resize(int mode, int coordinates, int nearest = 0) {
    auto attrs = sized<assay_resize_attrs>();
    attrs.mode = mode;
    attrs.coordinates = coordinates;
    attrs.nearest = nearest;
    return attrs;
}

Numbers answer(const assay_resize_attrs& attrs, const Numbers& x, std::int64_t y) {
    const auto size = static_cast<std::int64_t>(x.size());
    return Asked(ASSAY_OP_RESIZE, attrs, {f32({1, size}, x)}, {f32({1, y})}).answer(device());
}

}  // namespace

TEST_CASE("a convolution sums its window, adds bias and residual, then activates") {
    // The window adds an element and the one right below it: 1+5, 2+6, 4+8, 5+9.
    const Value x = f32({1, 1, 3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9}),
                w = f32({1, 1, 2, 2}, {1, 0, 0, 1});
    CHECK(answer(conv(2), x, w, {1, 1, 2, 2}) == Numbers{6, 8, 12, 14});
    auto relu = conv(2);
    relu.activation = ASSAY_ACT_RELU;
    const Asked asked(ASSAY_OP_CONV, relu, {x, w, f32({1}, {-7}), f32({1, 1, 2, 2}, {0, 0, 0, 1})},
                      {f32({1, 1, 2, 2})});
    CHECK(asked.answer(device()) == Numbers{0, 1, 5, 8});
}

TEST_CASE("both layouts of a convolution give the same numbers") {
    // 1*1 + 2*3 + 10*2 + 20*4 = 107 and 2*1 + 3*3 + 20*2 + 30*4 = 171
    CHECK(answer(conv(1), f32({1, 2, 3}, {1, 2, 3, 10, 20, 30}), f32({1, 2, 2}, {1, 3, 2, 4}),
                 {1, 1, 2}) == Numbers{107, 171});
    auto last = conv(1);
    last.layout = 1;
    CHECK(answer(last, f32({1, 3, 2}, {1, 10, 2, 20, 3, 30}), f32({1, 2, 2}, {1, 2, 3, 4}),
                 {1, 2, 1}) == Numbers{107, 171});
}

TEST_CASE("stride, dilation, padding and groups of a convolution") {
    auto attrs = conv(1);
    attrs.stride[0] = attrs.dilation[0] = 2;
    attrs.pad_begin[0] = attrs.pad_end[0] = 1;
    // 0 1 2 3 4 5 0, taps two apart: 0 + 10*2, 2 + 10*4, 4 + 10*0
    CHECK(answer(attrs, f32({1, 1, 5}, {1, 2, 3, 4, 5}), f32({1, 1, 2}, {1, 10}), {1, 1, 3}) ==
          Numbers{20, 42, 4});
    auto groups = conv(1);
    groups.groups = 2;
    CHECK(answer(groups, f32({1, 2, 2}, {1, 2, 3, 4}), f32({2, 1, 1}, {10, 100}), {1, 2, 2}) ==
          Numbers{10, 20, 300, 400});
    CHECK(answer(conv(3), f32({1, 1, 2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}),
                 f32({1, 1, 2, 2, 2}, Numbers(8, 1)), {1, 1, 1, 1, 1}) == Numbers{36});
}

TEST_CASE("a transposed convolution spreads each element over a window") {
    auto attrs = conv(1);
    attrs.transposed = 1;
    attrs.stride[0] = 2;
    const Value x = f32({1, 1, 2}, {1, 2}), w = f32({1, 1, 3}, {1, 10, 100});
    // 1 10 100 . . plus . . 2 20 200
    CHECK(answer(attrs, x, w, {1, 1, 5}) == Numbers{1, 10, 102, 20, 200});
    attrs.pad_begin[0] = attrs.pad_end[0] = attrs.output_pad[0] = 1;  // (2-1)2 - 2 + 3 + 1 = 4
    CHECK(answer(attrs, x, w, {1, 1, 4}) == Numbers{10, 102, 20, 200});
    auto groups = conv(1);
    groups.transposed = 1;
    groups.groups = 2;
    CHECK(answer(groups, f32({1, 2, 1}, {1, 2}), f32({2, 2, 1}, {1, 2, 3, 4}), {1, 4, 1}) ==
          Numbers{1, 2, 6, 8});
    groups.layout = 1;
    CHECK(answer(groups, f32({1, 1, 2}, {1, 2}), f32({2, 1, 2}, {1, 2, 3, 4}), {1, 1, 4}) ==
          Numbers{1, 2, 6, 8});
}

TEST_CASE("a convolution of integers is exact, and of bf16 is rounded once") {
    const Asked whole(
        ASSAY_OP_CONV, conv(1),
        {value(ASSAY_I8, {1, 1, 2}, {100, 100}), value(ASSAY_I8, {1, 1, 2}, {100, 100})},
        {space(ASSAY_I32, {1, 1, 1})});
    CHECK(whole.answer(device()) == Numbers{20000});
    // 256 + 1 + 1 = 258 is a bf16 (steps of 2); rounded after each sum it would stay 256.
    const Asked half(
        ASSAY_OP_CONV, conv(1),
        {value(ASSAY_BF16, {1, 1, 3}, {256, 1, 1}), value(ASSAY_BF16, {1, 1, 3}, {1, 1, 1})},
        {space(ASSAY_BF16, {1, 1, 1})});
    CHECK(half.answer(device()) == Numbers{258});
}

TEST_CASE("a convolution reads and writes tensors with gaps") {
    // Rows of X are four apart, those of Y three: what lies between is not touched.
    auto x = f32({1, 1, 2, 3}, {1, 2, 3, 99, 4, 5, 6});
    x.strides({7, 7, 4, 1});
    auto y = f32({1, 1, 2, 2});
    y.strides({5, 5, 3, 1});
    const Asked asked(ASSAY_OP_CONV, conv(2), {x, f32({1, 1, 1, 2}, {1, 10})}, {y});
    CHECK(asked.answer(device()) == Numbers{21, 32, Asked::untouched, 54, 65});
}

TEST_CASE("pooling takes the largest or the mean of each window") {
    CHECK(answer(pool(ASSAY_REDUCE_MAX, 2, 2), {1, 3, 2, 4}, 2) == Numbers{3, 4});
    CHECK(answer(pool(ASSAY_REDUCE_MEAN, 2, 2), {1, 3, 2, 4}, 2) == Numbers{2, 3});
    auto dilated = pool(ASSAY_REDUCE_MAX, 2);
    dilated.dilation[0] = 2;
    CHECK(answer(dilated, {1, 9, 2, 3}, 2) == Numbers{2, 9});
}

TEST_CASE("a mean counts padding when told so, and never what is beyond it") {
    auto attrs = pool(ASSAY_REDUCE_MEAN, 2, 2);
    attrs.pad_begin[0] = attrs.pad_end[0] = 1;
    CHECK(answer(attrs, {4, 8}, 2) == Numbers{4, 8});
    attrs.count_padding = 1;
    CHECK(answer(attrs, {4, 8}, 2) == Numbers{2, 4});
    // The third window of 1..5 has one element and ends beyond X, which has no padding.
    auto clipped = pool(ASSAY_REDUCE_MEAN, 2, 2);
    clipped.count_padding = 1;
    CHECK(answer(clipped, {1, 2, 3, 4, 5}, 3) == Numbers{1.5, 3.5, 5});
}

TEST_CASE("a global pool takes all of each channel, and integers keep their largest") {
    auto attrs = sized<assay_pool_attrs>();
    attrs.function = ASSAY_REDUCE_MEAN;
    attrs.spatial_rank = 2;
    attrs.layout = attrs.global = 1;
    const Asked mean(ASSAY_OP_POOL, attrs, {f32({1, 2, 1, 2}, {1, 10, 3, 20})},
                     {f32({1, 1, 1, 2})});
    CHECK(mean.answer(device()) == Numbers{2, 15});
    const Asked whole(ASSAY_OP_POOL, pool(ASSAY_REDUCE_MAX, 2),
                      {value(ASSAY_I8, {1, 1, 3}, {-5, -9, 3})}, {space(ASSAY_I8, {1, 1, 2})});
    CHECK(whole.answer(device()) == Numbers{-5, 3});
}

TEST_CASE("nearest resizing: every coordinate and every rounding") {
    // half_pixel: -0.25 0.25 0.75 1.25; asymmetric: 0 0.5 1 1.5
    using Row = std::tuple<int, int, Numbers>;
    const auto [coordinates, nearest, wanted] =
        GENERATE(Row{ASSAY_RESIZE_HALF_PIXEL, ASSAY_RESIZE_ROUND_DOWN, {1, 1, 2, 2}},
                 Row{ASSAY_RESIZE_HALF_PIXEL, ASSAY_RESIZE_FLOOR, {1, 1, 1, 2}},
                 Row{ASSAY_RESIZE_ASYMMETRIC, ASSAY_RESIZE_FLOOR, {1, 1, 2, 2}},
                 Row{ASSAY_RESIZE_ASYMMETRIC, ASSAY_RESIZE_CEIL, {1, 2, 2, 2}},
                 Row{ASSAY_RESIZE_ASYMMETRIC, ASSAY_RESIZE_ROUND_DOWN, {1, 1, 2, 2}},
                 Row{ASSAY_RESIZE_ASYMMETRIC, ASSAY_RESIZE_ROUND_UP, {1, 2, 2, 2}});
    CHECK(answer(resize(ASSAY_RESIZE_NEAREST, coordinates, nearest), {1, 2}, 4) == wanted);
}

TEST_CASE("linear resizing: coordinates, edges, two dimensions and a scale that is told") {
    CHECK(answer(resize(ASSAY_RESIZE_LINEAR, ASSAY_RESIZE_HALF_PIXEL), {1, 2}, 4) ==
          Numbers{1, 1.25, 1.75, 2});
    CHECK(answer(resize(ASSAY_RESIZE_LINEAR, ASSAY_RESIZE_ALIGN_CORNERS), {1, 2}, 3) ==
          Numbers{1, 1.5, 2});
    const Asked two(ASSAY_OP_RESIZE, resize(ASSAY_RESIZE_LINEAR, ASSAY_RESIZE_ALIGN_CORNERS),
                    {f32({2, 2}, {0, 1, 2, 3})}, {f32({3, 3})});
    CHECK(two.answer(device()) == Numbers{0, 0.5, 1, 1, 1.5, 2, 2, 2.5, 3});
    auto attrs = resize(ASSAY_RESIZE_LINEAR, ASSAY_RESIZE_ASYMMETRIC);
    CHECK(answer(attrs, {1, 2, 3, 4, 5}, 2) == Numbers{1, 3.5});  // 2 / 5: 0 and 2.5
    attrs.scale[1] = 0.5;                                         // 0 and 2
    CHECK(answer(attrs, {1, 2, 3, 4, 5}, 2) == Numbers{1, 3});
}
