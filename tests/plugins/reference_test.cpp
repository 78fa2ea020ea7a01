// SPDX-License-Identifier: Apache-2.0
// The reference plugin's products through the C ABI, against numbers worked out by hand: matmul
// with scales, grouped matmul, attention. Plain matmul: tests/unit/sdk/gemm_test.cpp.
#include "tests/plugins/reference_device.hpp"

using namespace assay::test;

namespace {

assay_attention_attrs attention(int causal = 0, int window = 0, double scale = 0) {
    auto attrs = sized<assay_attention_attrs>();
    attrs.causal = causal;
    attrs.window = window;
    attrs.scale = scale;
    return attrs;
}

/// One head of one element: Q is zero, so that every key seen weighs the same.
Numbers even(const assay_attention_attrs& attrs, std::int64_t queries, const Numbers& values,
             std::vector<double> lengths = {}) {
    const auto keys = static_cast<std::int64_t>(values.size());
    std::vector<Value> inputs = {f64({1, 1, queries, 1}, Numbers(std::size_t(queries))),
                                 f64({1, 1, keys, 1}, Numbers(values.size(), 5)),
                                 f64({1, 1, keys, 1}, values)};
    if (!lengths.empty()) {
        inputs.push_back(absent());
        inputs.push_back(i32({1}, lengths));
    }
    return Asked(ASSAY_OP_ATTENTION, attrs, inputs, {f64({1, 1, queries, 1})}).answer(device());
}

}  // namespace

TEST_CASE("a matmul's weights of 8 bits have one scale for each column") {
    // (1*1 + 2*3) * 10 and (1*2 + 2*4) * 100
    const Asked asked(
        ASSAY_OP_MATMUL,
        {f32({1, 2}, {1, 2}), value(ASSAY_I8, {2, 2}, {1, 2, 3, 4}).scaled(ASSAY_SCALE_CHANNEL, 1),
         absent(), absent(), absent(), f32({2}, {10, 100})},
        {f32({1, 2})});
    CHECK(asked.answer(device()) == Numbers{70, 1000});
}

TEST_CASE("a matmul's weights of 4 bits have one scale for each block") {
    // Column 0: (1 + 2) * 1 + (3 + 4) * 100; column 1: -(1 + 2) * 10 - (3 + 4) * 1000.
    const Asked asked(
        ASSAY_OP_MATMUL,
        {f32({1, 4}, {1, 1, 1, 1}),
         value(ASSAY_I4, {4, 2}, {1, -1, 2, -2, 3, -3, 4, -4}).scaled(ASSAY_SCALE_BLOCK, 0, 2),
         absent(), absent(), absent(), f32({2, 2}, {1, 10, 100, 1000})},
        {f32({1, 2})});
    CHECK(asked.answer(device()) == Numbers{703, -7030});
}

TEST_CASE("a scaled A of integers times integers is no refusal, and bias comes after the scale") {
    // 0.5 * (2*3 + 4*5) + 100 = 113
    const Asked asked(ASSAY_OP_MATMUL,
                      {value(ASSAY_I8, {1, 2}, {2, 4}).scaled(ASSAY_SCALE_TENSOR),
                       value(ASSAY_I8, {2, 1}, {3, 5}), f32({1}, {100}), absent(), f32({1}, {0.5})},
                      {f32({1, 1})});
    CHECK(asked.answer(device()) == Numbers{113});
}

TEST_CASE("a grouped matmul gives each expert its rows, its B and its bias") {
    // Row 0, expert 0: 1*1 + 2*10 + 5; row 1, expert 1: 3*100 + 4*1000 + 6. Row 2 belongs to none.
    auto attrs = sized<assay_matmul_attrs>();
    attrs.transpose_b = GENERATE(0, 1);  // n is 1: both orders are the same memory
    const Dims b = attrs.transpose_b != 0 ? Dims{2, 1, 2} : Dims{2, 2, 1};
    const Asked asked(ASSAY_OP_GROUPED_MATMUL, attrs,
                      {f32({3, 2}, {1, 2, 3, 4, 5, 6}), f32(b, {1, 10, 100, 1000}),
                       i32({2}, {1, 1}), f32({2, 1}, {5, 6})},
                      {f32({3, 1})});
    const Numbers d = asked.answer(device());
    CHECK(d[0] == 26);
    CHECK(d[1] == 4306);
    const Asked many(ASSAY_OP_GROUPED_MATMUL, attrs,
                     {f32({1, 2}, {1, 2}), f32(b, {1, 2, 3, 4}), i32({2}, {1, 1})}, {f32({1, 1})});
    CHECK_THROWS_WITH(many.answer(device()), Catch::Contains("more than A has"));
}

TEST_CASE("a query sees the keys that causality, lengths and window leave, or gives zero") {
    CHECK(even(attention(), 2, {2, 4}) == Numbers{3, 3});
    CHECK(even(attention(1), 2, {2, 4}) == Numbers{2, 3});
    CHECK(even(attention(), 1, {2, 4, 99}, {2}) == Numbers{3});
    // The last query belongs to the last valid key: with two of three, it sees both.
    CHECK(even(attention(1), 1, {2, 4, 99}, {2}) == Numbers{3});
    CHECK(even(attention(1), 2, {2, 4, 99}, {2}) == Numbers{2, 3});
    // Windows: query 0 of 3 sees one key, the others two.
    CHECK(even(attention(1, 2), 3, {2, 4, 8}) == Numbers{2, 3, 6});
    CHECK(even(attention(0, 1), 1, {2, 4, 8}) == Numbers{8});
    CHECK(even(attention(), 1, {2, 4}, {0}) == Numbers{0});
    // More queries than keys: the first is before the first key.
    CHECK(even(attention(1), 2, {7}) == Numbers{0, 7});
    CHECK_THROWS_WITH(even(attention(), 1, {2, 4}, {3}), Catch::Contains("a length"));
}

TEST_CASE("attention weighs keys by the exponential of their scaled score") {
    // Scores 0 and ln 3: weights 1/4 and 3/4 of the values 4 and 8 give 7.
    const double l = std::log(3.0);
    const Asked told(ASSAY_OP_ATTENTION, attention(0, 0, 0.5),
                     {f64({1, 1, 1, 1}, {2}), f64({1, 1, 2, 1}, {0, l}), f64({1, 1, 2, 1}, {4, 8})},
                     {f64({1, 1, 1, 1})});
    check_close(told.answer(device()), {7});
    // Heads of four: the scale is 1/2, and Q K is 4 * ln 3 / 2.
    const Asked usual(
        ASSAY_OP_ATTENTION, attention(),
        {f64({1, 1, 1, 4}, {1, 1, 1, 1}),
         f64({1, 1, 2, 4}, {0, 0, 0, 0, l / 2, l / 2, l / 2, l / 2}), f64({1, 1, 2, 1}, {4, 8})},
        {f64({1, 1, 1, 1})});
    check_close(usual.answer(device()), {7});
}

TEST_CASE("attention adds its mask, which is broadcast, and minus infinity hides a key") {
    constexpr double inf = std::numeric_limits<double>::infinity();
    const Dims shape = GENERATE(Dims{2}, Dims{1, 1, 1, 2});
    const auto masked = [&](const Numbers& mask) {
        return Asked(ASSAY_OP_ATTENTION, attention(),
                     {f64({1, 2, 1, 1}, {0, 0}), f64({1, 2, 2, 1}, {1, 1, 1, 1}),
                      f64({1, 2, 2, 1}, {4, 8, 6, 10}), f64(shape, mask)},
                     {f64({1, 2, 1, 1})})
            .answer(device());
    };
    check_close(masked({0, std::log(3.0)}), {7, 9});
    CHECK(masked({0, -inf}) == Numbers{4, 6});
    CHECK(masked({-inf, -inf}) == Numbers{0, 0});
}

TEST_CASE("neighbouring query heads share a head of keys and values") {
    const Asked asked(ASSAY_OP_ATTENTION, attention(),
                      {f32({1, 4, 1, 1}, {1, 1, 1, 1}), f32({1, 2, 1, 1}, {1, 1}),
                       f32({1, 2, 1, 2}, {2, 3, 5, 7})},
                      {f32({1, 4, 1, 2})});
    CHECK(asked.answer(device()) == Numbers{2, 3, 2, 3, 5, 7, 5, 7});
}
