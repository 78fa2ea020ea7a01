// SPDX-License-Identifier: Apache-2.0
// The reference plugin's reductions, top-k, gather, scatter, copies and conversions, against
// numbers worked out by hand.
#include "tests/plugins/reference_device.hpp"

using namespace assay::test;

namespace {

assay_reduce_attrs reduce(int function, std::uint32_t axes, bool keep = false) {
    auto attrs = sized<assay_reduce_attrs>();
    attrs.function = function;
    attrs.axes_mask = axes;
    attrs.keep_dims = keep ? 1 : 0;
    return attrs;
}

assay_copy_attrs copy(int function, const Dims& first = {}, const Dims& second = {}) {
    auto attrs = sized<assay_copy_attrs>();
    attrs.function = function;
    std::copy(first.begin(), first.end(), attrs.params);
    std::copy(second.begin(), second.end(), attrs.params + ASSAY_MAX_RANK);
    return attrs;
}

Numbers answer(const assay_copy_attrs& attrs, const std::vector<Value>& inputs, const Dims& y) {
    return Asked(ASSAY_OP_COPY, attrs, inputs, {f32(y)}).answer(device());
}

std::vector<Numbers> topk(std::int64_t k, bool smallest, int axis, const Value& x, const Dims& y) {
    auto attrs = sized<assay_topk_attrs>();
    attrs.axis = axis;
    attrs.k = k;
    attrs.smallest = smallest ? 1 : 0;
    return Asked(ASSAY_OP_TOPK, attrs, {x}, {f32(y), space(ASSAY_I32, y)}).run(device());
}

const Numbers six{1, 2, 3, 4, 5, 6};

}  // namespace

TEST_CASE("every reduction of 1 2 3 and 4 5 6") {
    const auto [function, wanted] = GENERATE(table<int, Numbers>({
        {ASSAY_REDUCE_SUM, {6, 15}},
        {ASSAY_REDUCE_MEAN, {2, 5}},
        {ASSAY_REDUCE_MAX, {3, 6}},
        {ASSAY_REDUCE_MIN, {1, 4}},
        {ASSAY_REDUCE_PRODUCT, {6, 120}},
        {ASSAY_REDUCE_SUM_SQUARES, {14, 77}},
    }));
    const Asked asked(ASSAY_OP_REDUCE, reduce(function, 2), {f32({2, 3}, six)}, {f32({2})});
    CHECK(asked.answer(device()) == wanted);
}

TEST_CASE("a reduction runs over any axes, which stay as 1 when told so") {
    const Value x = f32({2, 3}, six);
    CHECK(Asked(ASSAY_OP_REDUCE, reduce(ASSAY_REDUCE_SUM, 1), {x}, {f32({3})}).answer(device()) ==
          Numbers{5, 7, 9});
    CHECK(Asked(ASSAY_OP_REDUCE, reduce(ASSAY_REDUCE_SUM, 3, true), {x}, {f32({1, 1})})
              .answer(device()) == Numbers{21});
    CHECK(Asked(ASSAY_OP_REDUCE, reduce(ASSAY_REDUCE_SUM, 3), {x}, {f32({})}).answer(device()) ==
          Numbers{21});
}

TEST_CASE("the index of an extreme is that of the first of equals") {
    const Value x = f32({2, 3}, {3, 1, 3, 2, 2, 2});
    const Asked largest(ASSAY_OP_REDUCE, reduce(ASSAY_REDUCE_ARGMAX, 2), {x},
                        {space(ASSAY_I32, {2})});
    CHECK(largest.answer(device()) == Numbers{0, 0});
    const Asked smallest(ASSAY_OP_REDUCE, reduce(ASSAY_REDUCE_ARGMIN, 2, true), {x},
                         {space(ASSAY_I32, {2, 1})});
    CHECK(smallest.answer(device()) == Numbers{1, 0});
}

TEST_CASE("top-k is sorted, and of equal values the lower index comes first") {
    const Value x = f32({4}, {1, 3, 3, 2});
    CHECK(topk(3, false, 0, x, {3}) == std::vector<Numbers>{{3, 3, 2}, {1, 2, 3}});
    CHECK(topk(3, true, 0, x, {3}) == std::vector<Numbers>{{1, 2, 3}, {0, 3, 1}});
    // Along axis 0 of columns 1 5 3 and 6 2 4.
    CHECK(topk(2, false, 0, f32({3, 2}, {1, 6, 5, 2, 3, 4}), {2, 2}) ==
          std::vector<Numbers>{{5, 6, 3, 4}, {1, 0, 2, 2}});
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK(topk(2, false, 0, f32({3}, {1, nan, 3}), {2})[1] == Numbers{1, 2});
}

TEST_CASE("a gather puts the indices' dimensions where the axis was") {
    auto attrs = sized<assay_gather_attrs>();
    const Value table = f32({3, 2}, six);
    CHECK(
        Asked(ASSAY_OP_GATHER, attrs, {table, i32({2}, {2, 0})}, {f32({2, 2})}).answer(device()) ==
        Numbers{5, 6, 1, 2});
    attrs.axis = 1;
    CHECK(Asked(ASSAY_OP_GATHER, attrs, {table, i32({1, 2}, {1, 1})}, {f32({3, 1, 2})})
              .answer(device()) == Numbers{2, 2, 4, 4, 6, 6});
    const Asked outside(ASSAY_OP_GATHER, attrs, {table, i32({1}, {2})}, {f32({3, 1})});
    CHECK_THROWS_WITH(outside.answer(device()), Catch::Contains("index 2 is not 0 to 1"));
}

TEST_CASE("a bag is the sum or the mean of its rows") {
    auto attrs = sized<assay_gather_attrs>();
    attrs.bag = ASSAY_REDUCE_SUM;
    const std::vector<Value> inputs{f32({3, 2}, six), i32({2, 2}, {0, 2, 1, 1})};
    CHECK(Asked(ASSAY_OP_GATHER, attrs, inputs, {f32({2, 2})}).answer(device()) ==
          Numbers{6, 8, 6, 8});
    attrs.bag = ASSAY_REDUCE_MEAN;
    CHECK(Asked(ASSAY_OP_GATHER, attrs, inputs, {f32({2, 2})}).answer(device()) ==
          Numbers{3, 4, 3, 4});
}

TEST_CASE("a scatter writes into its cache, each batch at its own position, and nothing else") {
    // Two batches, one head, room for three tokens of one element; one new token each.
    const Asked asked(ASSAY_OP_SCATTER,
                      {f32({2, 1, 3, 1}, six), f32({2, 1, 1, 1}, {70, 80}), i32({2}, {2, 0})},
                      {f32({2, 1, 3, 1})});
    CHECK(asked.run(device(), true)[0] == Numbers{1, 2, 70, 80, 5, 6});
    CHECK_THROWS_WITH(asked.run(device(), false), Catch::Contains("works in place"));
    const Asked beyond(ASSAY_OP_SCATTER,
                       {f32({1, 1, 3, 1}, {1, 2, 3}), f32({1, 1, 2, 1}, {7, 8}), i32({1}, {2})},
                       {f32({1, 1, 3, 1})});
    CHECK_THROWS_WITH(beyond.run(device(), true), Catch::Contains("index 2 is not 0 to 1"));
}

TEST_CASE("copies: transpose, slice, concat and expand") {
    const Value x = f32({2, 3}, six);
    CHECK(answer(copy(ASSAY_COPY_TRANSPOSE, {1, 0}), {x}, {3, 2}) == Numbers{1, 4, 2, 5, 3, 6});
    CHECK(answer(copy(ASSAY_COPY_SLICE, {1, 0}, {1, 2}), {x}, {1, 2}) == Numbers{4, 6});
    CHECK(answer(copy(ASSAY_COPY_SLICE, {0, 2}, {0, -1}), {x}, {2, 3}) ==
          Numbers{3, 2, 1, 6, 5, 4});
    auto concat = copy(ASSAY_COPY_CONCAT);
    concat.axis = 1;
    CHECK(answer(concat, {x, f32({2, 1}, {8, 9})}, {2, 4}) == Numbers{1, 2, 3, 8, 4, 5, 6, 9});
    CHECK(answer(copy(ASSAY_COPY_EXPAND), {f32({2, 1}, {1, 2})}, {2, 2, 2}) ==
          Numbers{1, 1, 2, 2, 1, 1, 2, 2});
}

TEST_CASE("padding is a constant, the edge, or the mirror image without the edge") {
    auto attrs = copy(ASSAY_COPY_PAD, {2}, {1});
    attrs.value = 9;
    const Value x = f32({3}, {1, 2, 3});
    CHECK(answer(attrs, {x}, {6}) == Numbers{9, 9, 1, 2, 3, 9});
    attrs.pad_mode = ASSAY_PAD_EDGE;
    CHECK(answer(attrs, {x}, {6}) == Numbers{1, 1, 1, 2, 3, 3});
    attrs.pad_mode = ASSAY_PAD_REFLECT;
    CHECK(answer(attrs, {x}, {6}) == Numbers{3, 2, 1, 2, 3, 2});
}

TEST_CASE("copies read and write tensors with gaps, of integers too") {
    auto x = value(ASSAY_I8, {2, 2}, {1, 2, 99, 3, 4});
    x.strides({3, 1});
    auto y = space(ASSAY_I8, {2, 2});
    y.strides({4, 1});
    const Asked asked(ASSAY_OP_COPY, copy(ASSAY_COPY_TRANSPOSE, {1, 0}), {x}, {y});
    CHECK(asked.answer(device()) == Numbers{1, 3, Asked::untouched, Asked::untouched, 2, 4});
}

TEST_CASE("a cast rounds to nearest even and saturates") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const Asked whole(ASSAY_OP_CONVERT, {f32({5}, {2.5, 3.5, -300, 300, nan})},
                      {space(ASSAY_I8, {5})});
    CHECK(whole.answer(device()) == Numbers{2, 4, -128, 127, 0});
    const Asked half(ASSAY_OP_CONVERT, {f32({1}, {1 + 3.0 / 256})}, {space(ASSAY_BF16, {1})});
    CHECK(half.answer(device()) == Numbers{1 + 2.0 / 128});
}

TEST_CASE("quantising divides, rounds, shifts and saturates, dequantising is the way back") {
    // 1 / 0.5 + 3 = 5; 5.2 rounds to 5, + 3 = 8; 200 + 3 saturates.
    const Asked there(ASSAY_OP_CONVERT,
                      {f32({3}, {1, 2.6, 100}), f32({1}, {0.5}), value(ASSAY_I8, {1}, {3})},
                      {space(ASSAY_I8, {3}).scaled(ASSAY_SCALE_TENSOR)});
    CHECK(there.answer(device()) == Numbers{5, 8, 127});
    // Row 0: (3-1)*1, (4-1)*1; row 1: (5-2)*10, (6-2)*10.
    const Asked back(ASSAY_OP_CONVERT,
                     {value(ASSAY_I8, {2, 2}, {3, 4, 5, 6}).scaled(ASSAY_SCALE_CHANNEL, 0),
                      f32({2}, {1, 10}), value(ASSAY_I8, {2}, {1, 2})},
                     {f32({2, 2})});
    CHECK(back.answer(device()) == Numbers{2, 3, 30, 40});
    // Blocks of two along the last dimension, the last one half full.
    const Asked blocks(ASSAY_OP_CONVERT,
                       {value(ASSAY_I8, {1, 3}, {1, 2, 3}).scaled(ASSAY_SCALE_BLOCK, 1, 2),
                        f32({1, 2}, {10, 100})},
                       {f32({1, 3})});
    CHECK(blocks.answer(device()) == Numbers{10, 20, 300});
}
