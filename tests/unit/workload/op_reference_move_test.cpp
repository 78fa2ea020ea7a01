// SPDX-License-Identifier: Apache-2.0
// Small answers worked out by hand: elementwise functions, reductions, pools, and what moves data.
#include <cmath>

#include <catch2/catch.hpp>

#include "core/workload/op_names.hpp"
#include "core/workload/op_reference.hpp"
#include "tests/unit/workload/op_problem.hpp"

namespace assay {

using test::evaluated;
using test::op_of;
using test::tensor;
using test::Values;
using List = std::vector<double>;

namespace {

constexpr Dtype f32 = Dtype::f32, i32 = Dtype::i32;

CopyAttrs copying(Copying function, List first = {}, List second = {}) {
    CopyAttrs attrs;
    attrs.function = function;
    std::copy(first.begin(), first.end(), attrs.params.begin());
    std::copy(second.begin(), second.end(), attrs.params.begin() + max_rank);
    return attrs;
}

/// One function of x = -2, 0.5, 3 (and y = 2, z = 7), p = -1, q = 1.
List function_of(Function function) {
    std::vector<TensorType> types = {tensor(f32, {3})};
    Values in = {{-2, 0.5, 3}};
    for (int i = 1; i < operand_count(function); ++i) {
        types.push_back(tensor(f32, {1}));
        in.push_back({i == 1 ? 2.0 : 7.0});
    }
    return evaluated(op_of(ElementwiseAttrs{.function = function, .p = -1, .q = 1}, types), in)[0];
}

}  // namespace

TEST_CASE("elementwise functions by hand") {
    struct Row {
        Function function;
        List expected;
    };
    const double e = std::exp(1.0);
    const std::vector<Row> rows = {
        {Function::add, {0, 2.5, 5}},
        {Function::mul, {-4, 1, 6}},
        {Function::sub, {-4, -1.5, 1}},
        {Function::div, {-1, 0.25, 1.5}},
        {Function::max, {2, 2, 3}},
        {Function::min, {-2, 0.5, 2}},
        {Function::pow, {4, 0.25, 9}},
        {Function::exp, {1 / (e * e), std::sqrt(e), e * e * e}},
        {Function::sigmoid,
         {1 / (1 + e * e), std::sqrt(e) / (1 + std::sqrt(e)), 0.9525741268224334}},
        {Function::abs, {2, 0.5, 3}},
        {Function::neg, {2, -0.5, -3}},
        {Function::floor, {-2, 0, 3}},
        {Function::ceil, {-2, 1, 3}},
        {Function::round, {-2, 0, 3}},  // a half to even
        {Function::reciprocal, {-0.5, 2, 1. / 3}},
        {Function::clip, {-1, 0.5, 1}},
        {Function::hard_sigmoid, {1, 0.5, 0}},  // 1 - x, cut
        {Function::hard_swish, {-2. / 6, 0.5 * (0.5 / 6 + 0.5), 3}},
        {Function::leaky_relu, {2, 0.5, 3}},  // p = -1
        {Function::elu, {1 - 1 / (e * e), 0.5, 3}},
        {Function::softplus,
         {std::log(1 + 1 / (e * e)), std::log(1 + std::sqrt(e)), std::log(1 + e * e * e)}},
        {Function::sign, {-1, 1, 1}},
        {Function::prelu, {-4, 0.5, 3}},
        {Function::where, {2, 2, 2}},
        {Function::equal, {0, 0, 0}},
        {Function::less, {1, 1, 0}},
        {Function::greater, {0, 0, 1}},
        {Function::logical_not, {0, 0, 0}},
        {Function::logical_and, {1, 1, 1}},
        {Function::logical_or, {1, 1, 1}}};
    for (const Row& row : rows) {
        INFO(name(row.function));
        const List found = function_of(row.function);
        for (std::size_t i = 0; i < 3; ++i)
            REQUIRE(found[i] == Approx(row.expected[i]).margin(1e-12));
    }
}

TEST_CASE("the other elementwise functions agree with their definitions at 3") {
    REQUIRE(function_of(Function::tanh)[2] == Approx(1 - 2 / (std::exp(6.0) + 1)));
    REQUIRE(function_of(Function::sqrt)[2] == Approx(1.7320508075688772));
    REQUIRE(function_of(Function::rsqrt)[2] == Approx(0.5773502691896258));
    REQUIRE(function_of(Function::log)[2] == Approx(1.0986122886681098));
    REQUIRE(function_of(Function::erf)[1] == Approx(0.5204998778130465));  // DLMF table 7.23
    REQUIRE(function_of(Function::sin)[2] == Approx(0.1411200080598672));
    REQUIRE(function_of(Function::cos)[2] == Approx(-0.9899924966004454));
    REQUIRE(std::isnan(function_of(Function::log)[0]));
}

TEST_CASE("elementwise by hand: broadcasting, gating, alpha and beta, whole division") {
    const Op add = op_of(ElementwiseAttrs{.function = Function::add, .alpha = 2, .beta = 1},
                         {tensor(f32, {2, 1}), tensor(f32, {3})});
    REQUIRE(evaluated(add, {{1, 10}, {1, 2, 3}})[0] == List{5, 7, 9, 23, 25, 27});
    const Op gated =
        op_of(ElementwiseAttrs{.function = Function::gated, .activation = Activation::relu},
              {tensor(f32, {2}), tensor(f32, {2})});
    REQUIRE(evaluated(gated, {{-1, 2}, {5, 5}})[0] == List{0, 10});
    const Op whole =
        op_of(ElementwiseAttrs{.function = Function::div}, {tensor(i32, {2}), tensor(i32, {1})});
    REQUIRE(evaluated(whole, {{7, -7}, {2}})[0] == List{3, -3});
}

TEST_CASE("reductions by hand") {
    const auto reduced = [](Reduction function, std::vector<int> axes) {
        return evaluated(op_of(ReduceAttrs{.function = function, .axes = std::move(axes)},
                               {tensor(f32, {2, 3})}),
                         {{1, 5, 5, 4, -2, 0}})[0];
    };
    REQUIRE(reduced(Reduction::sum, {1}) == List{11, 2});
    REQUIRE(reduced(Reduction::sum, {0}) == List{5, 3, 5});
    REQUIRE(reduced(Reduction::mean, {0, 1}) == List{13. / 6});
    REQUIRE(reduced(Reduction::max, {1}) == List{5, 4});
    REQUIRE(reduced(Reduction::min, {0}) == List{1, -2, 0});
    REQUIRE(reduced(Reduction::product, {1}) == List{25, 0});
    REQUIRE(reduced(Reduction::sum_squares, {1}) == List{51, 20});
    REQUIRE(reduced(Reduction::argmax, {1}) == List{1, 0});  // the first of two 5s
    REQUIRE(reduced(Reduction::argmin, {0}) == List{0, 1, 1});
}

TEST_CASE("pools by hand: what padding counts for") {
    PoolAttrs pool{.function = Reduction::max,
                   .spatial_rank = 1,
                   .window = {2, 1, 1},
                   .stride = {2, 1, 1},
                   .pad_begin = {1, 0, 0},
                   .pad_end = {1, 0, 0}};
    const Values x = {{-1, -2, -3, -5}};
    const std::vector<TensorType> line = {tensor(f32, {1, 1, 4})};
    REQUIRE(evaluated(op_of(pool, line), x)[0] == List{-1, -2, -5});
    pool.function = Reduction::mean;
    REQUIRE(evaluated(op_of(pool, line), x)[0] == List{-1, -2.5, -5});
    pool.count_padding = true;
    REQUIRE(evaluated(op_of(pool, line), x)[0] == List{-0.5, -2.5, -2.5});
    pool.stride = {4, 1, 1};
    pool.window = {3, 1, 1};
    // A third element would be cut beyond the padded end: taps 3, 4 (padding), 5 (nothing).
    const Op cut = op_of(pool, line, {tensor(f32, {1, 1, 2})});
    REQUIRE(evaluated(cut, x)[0] == List{-1, -2.5});
    pool.global = true;
    REQUIRE(evaluated(op_of(pool, line), x)[0] == List{-11. / 4});
}

TEST_CASE("rows found by number, by hand") {
    const Op rows = op_of(GatherAttrs{.axis = 1}, {tensor(f32, {2, 3}), tensor(i32, {2})});
    REQUIRE(evaluated(rows, {{1, 2, 3, 4, 5, 6}, {2, 0}})[0] == List{3, 1, 6, 4});
    const std::vector<TensorType> bags = {tensor(f32, {3, 2}), tensor(i32, {1, 2})};
    const Values in = {{1, 2, 3, 4, 5, 6}, {2, 0}};
    REQUIRE(evaluated(op_of(GatherAttrs{.bag = Reduction::sum}, bags), in)[0] == List{6, 8});
    REQUIRE(evaluated(op_of(GatherAttrs{.bag = Reduction::mean}, bags), in)[0] == List{3, 4});
    const Op cache = op_of(
        ScatterAttrs{}, {tensor(f32, {2, 1, 3, 1}), tensor(f32, {2, 1, 1, 1}), tensor(i32, {2})});
    REQUIRE(evaluated(cache, {{1, 2, 3, 4, 5, 6}, {10, 20}, {2, 0}})[0] ==
            List{1, 2, 10, 20, 5, 6});
}

TEST_CASE("copies by hand") {
    const std::vector<TensorType> x = {tensor(f32, {2, 3})};
    const Values in = {{1, 2, 3, 4, 5, 6}};
    REQUIRE(evaluated(op_of(copying(Copying::transpose, {1, 0}), x), in)[0] ==
            List{1, 4, 2, 5, 3, 6});
    REQUIRE(evaluated(op_of(copying(Copying::slice, {0, 2}, {1, -1}), x), in)[0] ==
            List{3, 2, 1, 6, 5, 4});
    REQUIRE(
        evaluated(op_of(copying(Copying::expand), {tensor(f32, {2, 1})}, {tensor(f32, {2, 2, 2})}),
                  {{1, 2}})[0] == List{1, 1, 2, 2, 1, 1, 2, 2});
    CopyAttrs concat = copying(Copying::concat);
    concat.axis = 1;
    REQUIRE(evaluated(op_of(concat, {x[0], tensor(f32, {2, 1})}), {in[0], {7, 8}})[0] ==
            List{1, 2, 3, 7, 4, 5, 6, 8});
    CopyAttrs pad = copying(Copying::pad, {0, 2}, {0, 1});
    pad.value = 9;
    REQUIRE(evaluated(op_of(pad, x), in)[0] == List{9, 9, 1, 2, 3, 9, 9, 9, 4, 5, 6, 9});
    pad.padding = Padding::edge;
    REQUIRE(evaluated(op_of(pad, x), in)[0] == List{1, 1, 1, 2, 3, 3, 4, 4, 4, 5, 6, 6});
    pad.padding = Padding::reflect;
    REQUIRE(evaluated(op_of(pad, x), in)[0] == List{3, 2, 1, 2, 3, 2, 6, 5, 4, 5, 6, 5});
}

TEST_CASE("conversions by hand: quantised and back") {
    TensorType q = tensor(Dtype::i8, {2, 2});
    q.scaling = Scaling::channel;
    q.scale_axis = 1;
    const Op quantise =
        op_of(ConvertAttrs{}, {tensor(f32, {2, 2}), tensor(f32, {2}), tensor(i32, {2})}, {q});
    // 5 / 2 = 2.5 goes to even 2; 7 / 2 = 3.5 to 4, + 10; -3 / 0.5 + 1; 0.2 / 0.5 to 0.
    REQUIRE(evaluated(quantise, {{5, -3, 7, 0.2}, {2, 0.5}, {10, 1}})[0] == List{12, -5, 14, 1});
    const Op back =
        op_of(ConvertAttrs{}, {q, tensor(f32, {2}), tensor(i32, {2})}, {tensor(f32, {2, 2})});
    REQUIRE(evaluated(back, {{12, -5, 14, 1}, {2, 0.5}, {10, 1}})[0] == List{4, -3, 8, 0});
}

TEST_CASE("topk by hand: the lower index first among equals") {
    const Op op = op_of(TopkAttrs{.axis = 0, .k = 2}, {tensor(f32, {4, 1})});
    const Values largest = evaluated(op, {{3, 7, 1, 7}});
    REQUIRE(largest[0] == List{7, 7});
    REQUIRE(largest[1] == List{1, 3});
    const Op least = op_of(TopkAttrs{.axis = 0, .k = 2, .smallest = true}, {tensor(f32, {4, 1})});
    REQUIRE(evaluated(least, {{3, 7, 1, 7}})[1] == List{2, 0});
}

TEST_CASE("resizes by hand") {
    const auto resized = [](ResizeAttrs attrs, const List& x, std::int64_t out) {
        const auto size = static_cast<std::int64_t>(x.size());
        return evaluated(op_of(attrs, {tensor(f32, {size})}, {tensor(f32, {out})}), {x})[0];
    };
    ResizeAttrs attrs;
    // half_pixel at twice the size: coordinates -0.25, 0.25, 0.75, 1.25.
    REQUIRE(resized(attrs, {1, 2}, 4) == List{1, 1, 2, 2});
    attrs.nearest = Nearest::ceil;
    REQUIRE(resized(attrs, {1, 2}, 4) == List{1, 2, 2, 2});
    attrs.mode = Interpolation::linear;
    REQUIRE(resized(attrs, {0, 4}, 4) == List{0, 1, 3, 4});
    attrs.coordinates = Coordinates::asymmetric;  // 0, 0.5, 1, 1.5
    REQUIRE(resized(attrs, {0, 4}, 4) == List{0, 2, 4, 4});
    attrs.coordinates = Coordinates::align_corners;  // 0, 0.5, 1
    REQUIRE(resized(attrs, {0, 4}, 3) == List{0, 2, 4});
    // A half as large: coordinates 0.5 and 2.5 lie between two: down or up.
    attrs = {.nearest = Nearest::round_down};
    REQUIRE(resized(attrs, {1, 2, 3, 4}, 2) == List{1, 3});
    attrs.nearest = Nearest::round_up;
    REQUIRE(resized(attrs, {1, 2, 3, 4}, 2) == List{2, 4});
    // Both dimensions: the middle of 0, 2, 4, 6 is their mean.
    ResizeAttrs both{.mode = Interpolation::linear, .coordinates = Coordinates::align_corners};
    REQUIRE(evaluated(op_of(both, {tensor(f32, {2, 2})}, {tensor(f32, {3, 3})}),
                      {{0, 2, 4, 6}})[0][4] == 3);
}

}  // namespace assay
