// SPDX-License-Identifier: Apache-2.0
// Small answers worked out by hand: products, convolutions, attention, norms.
#include "core/workload/op_reference.hpp"

#include <cmath>

#include <catch2/catch.hpp>

#include "core/base/error.hpp"
#include "tests/unit/workload/op_problem.hpp"

namespace assay {

using test::evaluated;
using test::op_of;
using test::tensor;
using test::Values;
using List = std::vector<double>;

namespace {

constexpr Dtype f32 = Dtype::f32, i32 = Dtype::i32;

void require_close(const List& found, const List& expected) {
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        INFO("element " << i);
        REQUIRE(found[i] == Approx(expected[i]).margin(1e-12));
    }
}

}  // namespace

TEST_CASE("matmul by hand: transposes, bias, alpha, beta and relu") {
    // A = [1 2; 3 4], B = [5 6; 7 8]: A B = [19 22; 43 50].
    const Values ab = {{1, 2, 3, 4}, {5, 6, 7, 8}};
    const std::vector<TensorType> two = {tensor(f32, {2, 2}), tensor(f32, {2, 2})};
    require_close(evaluated(op_of(MatmulAttrs{}, two), ab)[0], {19, 22, 43, 50});
    // A B' = [17 23; 39 53]; A' B = [26 30; 38 44].
    require_close(evaluated(op_of(MatmulAttrs{.transpose_b = true}, two), ab)[0], {17, 23, 39, 53});
    require_close(evaluated(op_of(MatmulAttrs{.transpose_a = true}, two), ab)[0], {26, 30, 38, 44});
    const Op full = op_of(MatmulAttrs{.activation = Activation::relu, .alpha = 2, .beta = -1},
                          {two[0], two[1], tensor(f32, {2}), tensor(f32, {2, 2})});
    // 2 A B - C + bias = [38-40+1, 44-1+2; 86-1+1, 100-1+2], the first below 0.
    require_close(evaluated(full, {ab[0], ab[1], {1, 2}, {40, 1, 1, 1}})[0], {0, 45, 86, 101});
}

TEST_CASE("matmul by hand: broadcast batches and scales of blocks") {
    // Batches of A: [1 2], [3 4]; one B = [1; 10]: 21 and 43.
    require_close(evaluated(op_of(MatmulAttrs{}, {tensor(f32, {2, 1, 2}), tensor(f32, {2, 1})}),
                            {{1, 2, 3, 4}, {1, 10}})[0],
                  {21, 43});
    TensorType b = tensor(Dtype::i8, {4, 1});
    b.scaling = Scaling::block;
    b.scale_block = 2;
    const Op op = op_of(MatmulAttrs{}, {tensor(f32, {1, 4}), b, {}, {}, {}, tensor(f32, {2, 1})});
    // (1 + 2) 0.5 + (3 + 4) 10 = 71.5.
    require_close(evaluated(op, {{1, 1, 1, 1}, {1, 2, 3, 4}, {}, {}, {}, {0.5, 10}})[0], {71.5});
}

TEST_CASE("grouped matmul by hand: each expert multiplies its own rows") {
    const Op op = op_of(GroupedMatmulAttrs{}, {tensor(f32, {4, 1}), tensor(f32, {3, 1, 2}),
                                               tensor(i32, {3}), tensor(f32, {3, 2})});
    // Rows 0, 1 are of expert 0 (factors 1, 2; bias 0, 1), row 2 of expert 2 (5, 6; 0, 0).
    require_close(
        evaluated(op, {{1, 2, 3, 9}, {1, 2, 3, 4, 5, 6}, {2, 0, 1}, {0, 1, 7, 7, 0, 0}})[0],
        {1, 3, 2, 5, 15, 18, 0, 0});
}

TEST_CASE("convolution by hand: padding, stride, dilation, bias and residual") {
    // X = 1 2 3 4, W = 1 10 100 on one dimension.
    const Values xw = {{1, 2, 3, 4}, {1, 10, 100}};
    const std::vector<TensorType> line = {tensor(f32, {1, 1, 4}), tensor(f32, {1, 1, 3})};
    ConvAttrs conv{.spatial_rank = 1, .pad_begin = {1, 0, 0}, .pad_end = {1, 0, 0}};
    // 0+10+200, 1+20+300, 2+30+400, 3+40+0.
    require_close(evaluated(op_of(conv, line), xw)[0], {210, 321, 432, 43});
    conv.stride = {2, 1, 1};
    require_close(evaluated(op_of(conv, line), xw)[0], {210, 432});
    conv.stride = {1, 1, 1};
    conv.dilation = {2, 1, 1};  // taps at -1, 1, 3: 0+20+400; at 0, 2, 4: 1+30+0
    require_close(evaluated(op_of(conv, line), xw)[0], {420, 31});
    conv.activation = Activation::relu;
    const Op full = op_of(conv, {line[0], line[1], tensor(f32, {1}), tensor(f32, {1, 1, 2})});
    require_close(evaluated(full, {xw[0], xw[1], {5}, {1, -100}})[0], {426, 0});
}

TEST_CASE("convolution by hand: groups in both layouts") {
    // Two groups of one channel: channel 0 by 2, channel 1 by 3; a 1 x 1 window on 1 x 2 pixels.
    ConvAttrs conv{.groups = 2};
    require_close(evaluated(op_of(conv, {tensor(f32, {1, 2, 1, 2}), tensor(f32, {2, 1, 1, 1})}),
                            {{1, 2, 10, 20}, {2, 3}})[0],
                  {2, 4, 30, 60});
    conv.layout = Layout::channels_last;
    require_close(evaluated(op_of(conv, {tensor(f32, {1, 1, 2, 2}), tensor(f32, {2, 1, 1, 1})}),
                            {{1, 10, 2, 20}, {2, 3}})[0],
                  {2, 30, 4, 60});
}

TEST_CASE("transposed convolution by hand: each input is spread by the window") {
    // X = 1 2, W = 1 10 100, stride 2: 1 10 100 at 0 and 2 20 200 at 2, added.
    ConvAttrs conv{.spatial_rank = 1, .transposed = true, .stride = {2, 1, 1}};
    const std::vector<TensorType> line = {tensor(f32, {1, 1, 2}), tensor(f32, {1, 1, 3})};
    const Values xw = {{1, 2}, {1, 10, 100}};
    require_close(evaluated(op_of(conv, line), xw)[0], {1, 10, 102, 20, 200});
    conv.pad_begin = {1, 0, 0};
    conv.output_pad = {1, 0, 0};  // one more at the end, where nothing falls
    require_close(evaluated(op_of(conv, line), xw)[0], {10, 102, 20, 200, 0});
}

TEST_CASE("attention by hand: equal scores give means, masks and windows choose") {
    // All scores are 0, so that each query gets the mean of the values it sees: 1, 2, 4.
    const std::vector<TensorType> qkv = {tensor(f32, {1, 1, 2, 1}), tensor(f32, {1, 1, 3, 1}),
                                         tensor(f32, {1, 1, 3, 1})};
    Values in = {{0, 0}, {1, 1, 1}, {1, 2, 4}};
    require_close(evaluated(op_of(AttentionAttrs{}, qkv), in)[0], {7. / 3, 7. / 3});
    // causal: query 0 stands at 3 - 2 + 0 = 1 and sees keys 0 and 1.
    require_close(evaluated(op_of(AttentionAttrs{.causal = true}, qkv), in)[0], {1.5, 7. / 3});
    require_close(evaluated(op_of(AttentionAttrs{.causal = true, .window = 2}, qkv), in)[0],
                  {1.5, 3});
    auto with_lengths = qkv;
    with_lengths.insert(with_lengths.end(), {tensor(f32, {3}), tensor(i32, {1})});
    // A mask that hides key 1 of 2 valid ones; then a length that hides all.
    in.insert(in.end(), {{0, -HUGE_VAL, 0}, {2}});
    require_close(evaluated(op_of(AttentionAttrs{}, with_lengths), in)[0], {1, 1});
    in[4] = {0};
    require_close(evaluated(op_of(AttentionAttrs{}, with_lengths), in)[0], {0, 0});
}

TEST_CASE("attention by hand: scores are scaled and heads share keys") {
    // Two query heads, one key head, d = 4 (scale 1/2). Scores 0 and 2 ln(3) / 2 = ln 3: weights
    // 1/4 and 3/4 for head 0; head 1 has the opposite query: 3/4, 1/4.
    const double a = 2 * std::log(3.0);
    const Op op = op_of(AttentionAttrs{}, {tensor(f32, {1, 2, 1, 4}), tensor(f32, {1, 1, 2, 4}),
                                           tensor(f32, {1, 1, 2, 2})});
    require_close(
        evaluated(op, {{1, 0, 0, 0, -1, 0, 0, 0}, {0, 0, 0, 0, a, 0, 0, 0}, {0, 8, 4, 0}})[0],
        {3, 2, 1, 6});
}

TEST_CASE("rope by hand: a quarter turn, in both orders of pairs") {
    // Frequencies of pi / 2 turn (1, 0) at position 1 to (0, 1), at 2 to (-1, 0).
    const double quarter = std::acos(0.0);
    RopeAttrs rope{.rotary_dims = 4};
    const std::vector<TensorType> in = {tensor(f32, {1, 1, 2, 5}), tensor(i32, {1}),
                                        tensor(f32, {2})};
    const Values x = {{1, 2, 0, 0, 7, 1, 2, 0, 0, 7}, {1}, {quarter, 0}};
    require_close(evaluated(op_of(rope, in), x)[0], {0, 2, 1, 0, 7, -1, 2, 0, 0, 7});
    rope.interleaved = true;  // (1, 2) -> (-2, 1) -> (-1, -2)
    require_close(evaluated(op_of(rope, in), x)[0], {-2, 1, 0, 0, 7, -1, -2, 0, 0, 7});
    // Without them the second frequency is base^(-2/4) = 1/100 for base 10000.
    const Op plain = op_of(RopeAttrs{}, {tensor(f32, {1, 1, 1, 4}), tensor(i32, {1})});
    require_close(evaluated(plain, {{0, 1, 0, 0}, {50}})[0], {0, std::cos(0.5), 0, std::sin(0.5)});
}

TEST_CASE("softmax by hand along either axis") {
    const Op op = op_of(SoftmaxAttrs{.axis = 0}, {tensor(f32, {2, 2})});
    const double ln3 = std::log(3.0);
    require_close(evaluated(op, {{0, 5, ln3, 5}})[0], {0.25, 0.5, 0.75, 0.5});
    const Op log = op_of(SoftmaxAttrs{.axis = 1, .logarithm = true}, {tensor(f32, {1, 2})});
    require_close(evaluated(log, {{0, ln3}})[0], {std::log(0.25), std::log(0.75)});
}

TEST_CASE("norms by hand") {
    // 1 3: mean 2, variance 1; epsilon 3 makes 1 / sqrt(4).
    const std::vector<TensorType> row = {tensor(f32, {1, 2}), tensor(f32, {2}), tensor(f32, {2})};
    require_close(evaluated(op_of(NormAttrs{.epsilon = 3}, row), {{1, 3}, {2, 4}, {10, 20}})[0],
                  {9, 22});
    // rms of 1 7 with epsilon 11: (1 + 49) / 2 + 11 = 36.
    const NormAttrs rms{.kind = NormKind::rms, .epsilon = 11};
    const Op summed =
        op_of(rms, {row[0], row[1], {}, row[0]}, {tensor(f32, {1, 2}), tensor(f32, {1, 2})});
    const Values out = evaluated(summed, {{0, 3}, {6, 12}, {}, {1, 4}});
    require_close(out[0], {1, 14});
    require_close(out[1], {1, 7});
    // Two groups of two channels on one pixel: (1, 3) and (5, 5), per-channel gamma.
    const NormAttrs group{.kind = NormKind::group, .groups = 2, .epsilon = 3};
    require_close(evaluated(op_of(group, {tensor(f32, {1, 4, 1}), tensor(f32, {4})}),
                            {{1, 3, 5, 5}, {2, 4, 1, 1}})[0],
                  {-1, 2, 0, 0});
    const NormAttrs batch{.kind = NormKind::batch, .epsilon = 0};
    const Op inference =
        op_of(batch, {tensor(f32, {1, 2, 2}), {}, {}, {}, tensor(f32, {2}), tensor(f32, {2})});
    require_close(evaluated(inference, {{1, 3, 8, 10}, {}, {}, {}, {1, 8}, {4, 1}})[0],
                  {0, 1, 0, 2});
}

TEST_CASE("an index outside its table is an error") {
    const Op op = op_of(GatherAttrs{}, {tensor(f32, {3, 1}), tensor(i32, {1})});
    REQUIRE_THROWS_AS(evaluated(op, {{1, 2, 3}, {3}}), Error);
    REQUIRE_THROWS_AS(evaluated(op, {{1, 2, 3}, {-1}}), Error);
}

}  // namespace assay
