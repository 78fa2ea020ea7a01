// SPDX-License-Identifier: Apache-2.0
// Wrong answers are refused: each is the exact answer to a question slightly different from the one
// that was asked.
#include <algorithm>
#include <array>

#include <catch2/catch.hpp>

#include "core/workload/op_names.hpp"
#include "core/workload/op_shape.hpp"
#include "tests/unit/workload/op_problem.hpp"

namespace assay {

using Catch::Matchers::Contains;
using test::op_of;
using test::OpProblem;
using test::tensor;

namespace {

constexpr Dtype i32 = Dtype::i32;
constexpr auto floats = {Dtype::f32, Dtype::bf16, Dtype::f16};

/// The right answer passes; that to the changed operator, or to changed inputs, does not.
template <class Change>
void refuses(const OpProblem& asked, const char* what, Change change) {
    OpProblem right = asked;
    INFO(name(asked.op.kind()) << ", " << name(asked.op.inputs[0].dtype) << ": " << what);
    REQUIRE(right.answer().check().passed);
    OpProblem wrong = asked;
    change(wrong);
    REQUIRE(invalid(wrong.op).empty());
    wrong.answer();
    right.outputs = wrong.outputs;
    REQUIRE_FALSE(right.check().passed);
}

/// The same with attributes of type A changed.
template <class A, class Change>
void refuses_attrs(const OpProblem& asked, const char* what, Change change) {
    refuses(asked, what, [&](OpProblem& wrong) { change(std::get<A>(wrong.op.attrs)); });
}

/// Leaves out one input.
auto without(std::size_t i) {
    return [i](OpProblem& wrong) { wrong.op.inputs.at(i) = {}; };
}

/// Input i holds 0 from an element on: that part of a sum is dropped.
auto dropped(std::size_t i, std::size_t from) {
    return [i, from](OpProblem& wrong) {
        std::vector<double> values = wrong.get(i);
        std::fill(values.begin() + static_cast<std::ptrdiff_t>(from), values.end(), 0.0);
        wrong.set(i, values);
    };
}

/// Elements [0, size) and [size, 2 size) of input i change places.
auto swapped(std::size_t i, std::ptrdiff_t size) {
    return [i, size](OpProblem& wrong) {
        std::vector<double> values = wrong.get(i);
        std::swap_ranges(values.begin(), values.begin() + size, values.begin() + size);
        wrong.set(i, values);
    };
}

}  // namespace

TEST_CASE("wrong convolutions are refused") {
    for (const Dtype type : floats) {
        const ConvAttrs attrs{.pad_begin = {1, 1, 0}, .pad_end = {1, 1, 0}};
        const OpProblem conv(
            op_of(attrs, {tensor(type, {1, 16, 14, 14}), tensor(type, {16, 16, 3, 3}),
                          tensor(type, {16}), tensor(type, {1, 16, 14, 14})}));
        refuses(conv, "no bias", without(2));
        refuses(conv, "no residual", without(3));
        refuses(conv, "a part of the channels", dropped(1, 16 * 16 * 9 - 9));
        refuses(conv, "two output channels swapped", swapped(1, 16 * 9));
        refuses(conv, "a transposed window", [](OpProblem& wrong) {
            std::vector<double> w = wrong.get(1);
            for (std::size_t i = 0; i < w.size(); i += 9) std::swap(w[i + 1], w[i + 3]);
            wrong.set(1, w);
        });
        refuses_attrs<ConvAttrs>(conv, "padding off by one", [](ConvAttrs& a) {
            a.pad_begin = {0, 1, 0};
            a.pad_end = {2, 1, 0};
        });
        refuses_attrs<ConvAttrs>(conv, "no activation",
                                 [](ConvAttrs& a) { a.activation = Activation::relu; });
    }
}

TEST_CASE("a wrong convolution of ResNet-50 is refused by its sample") {
    const ConvAttrs attrs{.pad_begin = {1, 1, 0}, .pad_end = {1, 1, 0}};
    const OpProblem conv(
        op_of(attrs, {tensor(Dtype::bf16, {1, 64, 28, 28}), tensor(Dtype::bf16, {64, 64, 3, 3}),
                      tensor(Dtype::bf16, {64})}));
    refuses(conv, "no bias", without(2));
    refuses(conv, "a bias left out in one channel", [](OpProblem& wrong) {
        std::vector<double> bias = wrong.get(2);
        bias[37] = 0;
        wrong.set(2, bias);
    });
    refuses(conv, "two output channels swapped", swapped(1, 64 * 9));
    OpProblem hole = conv;
    hole.answer();
    hole.outputs[0][40001] = hole.outputs[0][40000] = std::byte{0xFF};
    REQUIRE_THAT(hole.check().reason, Contains("nan: was it written?") || Contains("is nan"));
}

TEST_CASE("operands rounded to tf32 are refused in a convolution of f32") {
    OpProblem conv(
        op_of(ConvAttrs{}, {tensor(Dtype::f32, {1, 64, 8, 8}), tensor(Dtype::f32, {8, 64, 3, 3})}));
    OpProblem narrow = conv;
    std::vector<double> x = narrow.get(0);
    for (double& value : x) {  // 11 significant bits
        const double shifted = value * 0x1p13;
        value =
            static_cast<float>(static_cast<float>(value + shifted) - static_cast<float>(shifted));
    }
    narrow.set(0, x).answer();
    conv.outputs = narrow.outputs;
    REQUIRE_FALSE(conv.check().passed);
    REQUIRE(conv.check().rms_error > conv.check().rms_limit);
    conv.op.math = Math::tf32;
    REQUIRE(conv.check({.accumulator = Dtype::f32, .math = Math::tf32}).passed);
}

TEST_CASE("wrong transposed convolutions are refused") {
    const ConvAttrs attrs{.transposed = true,
                          .stride = {2, 2, 1},
                          .pad_begin = {1, 1, 0},
                          .pad_end = {1, 1, 0},
                          .output_pad = {1, 1, 0}};
    const OpProblem conv(
        op_of(attrs, {tensor(Dtype::bf16, {1, 8, 7, 7}), tensor(Dtype::bf16, {8, 8, 3, 3})}));
    refuses_attrs<ConvAttrs>(conv, "padding off by one", [](ConvAttrs& a) {
        a.pad_begin[0] = 0;
        a.pad_end[0] = 2;
    });
    refuses(conv, "a window turned around", [](OpProblem& wrong) {
        std::vector<double> w = wrong.get(1);
        for (std::size_t i = 0; i < w.size(); i += 9) {
            std::reverse(w.begin() + static_cast<std::ptrdiff_t>(i),
                         w.begin() + static_cast<std::ptrdiff_t>(i + 9));
        }
        wrong.set(1, w);
    });
}

TEST_CASE("wrong products are refused") {
    for (const Dtype type : floats) {
        const OpProblem matmul(op_of(MatmulAttrs{.alpha = 0.5, .beta = 1},
                                     {tensor(type, {2, 24, 32}), tensor(type, {32, 32}),
                                      tensor(type, {32}), tensor(type, {24, 32})}));
        refuses(matmul, "no bias", without(2));
        refuses(matmul, "no C", without(3));
        refuses(matmul, "a dropped part of k", dropped(1, 31 * 32));
        refuses(matmul, "two rows swapped", swapped(0, 32));
        refuses_attrs<MatmulAttrs>(matmul, "transposed weights",
                                   [](MatmulAttrs& a) { a.transpose_b = true; });
        refuses_attrs<MatmulAttrs>(matmul, "another alpha", [](MatmulAttrs& a) { a.alpha = 0.52; });
        OpProblem grouped(
            op_of(GroupedMatmulAttrs{}, {tensor(type, {20, 16}), tensor(type, {3, 16, 16}),
                                         tensor(i32, {3}), tensor(type, {3, 16})}));
        grouped.set(2, {5, 6, 9});
        refuses(grouped, "an expert's row given to the next", [](OpProblem& w) {
            w.set(2, {4, 7, 9});
        });
        refuses(grouped, "no bias", without(3));
        refuses_attrs<GroupedMatmulAttrs>(grouped, "transposed weights",
                                          [](GroupedMatmulAttrs& a) { a.transpose_b = true; });
    }
    OpProblem gemm(
        op_of(MatmulAttrs{}, {tensor(Dtype::f32, {3, 24, 32}), tensor(Dtype::f32, {32, 16})}));
    refuses(gemm, "a plain product whose last row of B is dropped", dropped(1, 31 * 16));
}

TEST_CASE("wrong attention is refused") {
    for (const Dtype type : floats) {
        OpProblem attention(
            op_of(AttentionAttrs{.causal = true, .window = 40},
                  {tensor(type, {2, 4, 32, 32}), tensor(type, {2, 2, 64, 32}),
                   tensor(type, {2, 2, 64, 32}), tensor(type, {1, 1, 32, 64}), tensor(i32, {2})}));
        attention.set(4, {64, 50});
        refuses(attention, "no mask", without(3));
        refuses(attention, "lengths not looked at", without(4));
        refuses(attention, "a length off by one", [](OpProblem& w) { w.set(4, {64, 51}); });
        refuses(attention, "two keys swapped", swapped(1, 32));
        refuses(attention, "the last values dropped", dropped(2, 2 * 2 * 64 * 32 - 15 * 32));
        refuses_attrs<AttentionAttrs>(attention, "not causal",
                                      [](AttentionAttrs& a) { a.causal = false; });
        refuses_attrs<AttentionAttrs>(attention, "a window off by one",
                                      [](AttentionAttrs& a) { a.window = 39; });
        refuses_attrs<AttentionAttrs>(attention, "another scale",
                                      [](AttentionAttrs& a) { a.scale = 0.25; });
    }
}

TEST_CASE("wrong softmax, norms and rotations are refused") {
    for (const Dtype type : floats) {
        const OpProblem softmax(op_of(SoftmaxAttrs{.axis = 1}, {tensor(type, {16, 16, 16})}));
        refuses_attrs<SoftmaxAttrs>(softmax, "another axis", [](SoftmaxAttrs& a) { a.axis = 2; });
        refuses_attrs<SoftmaxAttrs>(softmax, "a logarithm",
                                    [](SoftmaxAttrs& a) { a.logarithm = true; });
        refuses(softmax, "two rows swapped", swapped(0, 16));
        const OpProblem layer(op_of(NormAttrs{}, {tensor(type, {8, 64}), tensor(type, {64}),
                                                  tensor(type, {64}), tensor(type, {8, 64})}));
        refuses(layer, "no gamma", without(1));
        refuses(layer, "no beta", without(2));
        refuses(layer, "no residual", without(3));
        refuses(layer, "two rows swapped", swapped(0, 64));
        refuses_attrs<NormAttrs>(layer, "rms", [](NormAttrs& a) { a.kind = NormKind::rms; });
        refuses_attrs<NormAttrs>(layer, "another epsilon", [](NormAttrs& a) { a.epsilon = 0.1; });
        const OpProblem group(
            op_of(NormAttrs{.kind = NormKind::group, .groups = 4},
                  {tensor(type, {2, 16, 5, 5}), tensor(type, {16}), tensor(type, {16})}));
        refuses_attrs<NormAttrs>(group, "another number of groups",
                                 [](NormAttrs& a) { a.groups = 8; });
        OpProblem rope(op_of(RopeAttrs{}, {tensor(type, {2, 3, 8, 32}), tensor(i32, {2})}));
        rope.set(1, {40, 0});
        refuses(rope, "a position off by one", [](OpProblem& w) { w.set(1, {41, 0}); });
        refuses_attrs<RopeAttrs>(rope, "the other order of pairs",
                                 [](RopeAttrs& a) { a.interleaved = true; });
        refuses_attrs<RopeAttrs>(rope, "another base", [](RopeAttrs& a) { a.base = 5e5; });
    }
    OpProblem batch(op_of(NormAttrs{.kind = NormKind::batch}, {tensor(Dtype::f32, {2, 4, 3, 3}),
                                                               {},
                                                               {},
                                                               {},
                                                               tensor(Dtype::f32, {4}),
                                                               tensor(Dtype::f32, {4})}));
    batch.set(5, {1, 2, 3, 4});
    refuses(batch, "two means swapped", swapped(4, 1));
    refuses(batch, "two variances swapped", swapped(5, 1));
}

TEST_CASE("wrong elementwise functions and reductions are refused") {
    for (const Dtype type : floats) {
        const OpProblem add(op_of(ElementwiseAttrs{.function = Function::add},
                                  {tensor(type, {16, 16}), tensor(type, {16, 1})}));
        refuses_attrs<ElementwiseAttrs>(add, "a difference",
                                        [](ElementwiseAttrs& a) { a.function = Function::sub; });
        refuses(add, "the wrong axis", [](OpProblem& w) { w.op.inputs[1].dims = {16}; });
        const OpProblem act(op_of(
            ElementwiseAttrs{.function = Function::activation, .activation = Activation::silu},
            {tensor(type, {16, 16})}));
        refuses_attrs<ElementwiseAttrs>(
            act, "gelu", [](ElementwiseAttrs& a) { a.activation = Activation::gelu; });
        const OpProblem sum(op_of(ReduceAttrs{.function = Reduction::sum, .axes = {1}},
                                  {tensor(type, {16, 16, 16})}));
        refuses_attrs<ReduceAttrs>(sum, "another axis", [](ReduceAttrs& a) { a.axes = {2}; });
        refuses_attrs<ReduceAttrs>(sum, "a mean",
                                   [](ReduceAttrs& a) { a.function = Reduction::mean; });
        refuses(sum, "a dropped part", dropped(0, 15 * 256 + 15 * 16));
        const OpProblem best(op_of(ReduceAttrs{.function = Reduction::argmax, .axes = {1}},
                                   {tensor(type, {16, 16})}));
        refuses_attrs<ReduceAttrs>(best, "the least",
                                   [](ReduceAttrs& a) { a.function = Reduction::argmin; });
        const OpProblem topk(op_of(TopkAttrs{.axis = 1, .k = 3}, {tensor(type, {16, 16})}));
        refuses_attrs<TopkAttrs>(topk, "the smallest", [](TopkAttrs& a) { a.smallest = true; });
    }
}

TEST_CASE("wrong rows, windows and copies are refused") {
    for (const Dtype type : floats) {
        OpProblem gather(op_of(GatherAttrs{}, {tensor(type, {9, 8}), tensor(i32, {4})}));
        gather.set(1, {8, 0, 3, 5});
        refuses(gather, "an index off by one", [](OpProblem& w) { w.set(1, {8, 1, 3, 5}); });
        OpProblem bag(
            op_of(GatherAttrs{.bag = Reduction::sum}, {tensor(type, {9, 8}), tensor(i32, {2, 3})}));
        bag.set(1, {8, 0, 3, 5, 1, 1});
        refuses(bag, "another row in a bag", [](OpProblem& w) { w.set(1, {8, 0, 3, 5, 1, 2}); });
        refuses_attrs<GatherAttrs>(bag, "a mean", [](GatherAttrs& a) { a.bag = Reduction::mean; });
        OpProblem cache(op_of(ScatterAttrs{}, {tensor(type, {2, 3, 16, 8}),
                                               tensor(type, {2, 3, 2, 8}), tensor(i32, {2})}));
        cache.set(2, {7, 0});
        refuses(cache, "a position off by one", [](OpProblem& w) { w.set(2, {8, 0}); });
        const OpProblem pool(op_of(PoolAttrs{.function = Reduction::mean,
                                             .window = {3, 3, 1},
                                             .stride = {2, 2, 1},
                                             .pad_begin = {1, 1, 0},
                                             .pad_end = {1, 1, 0}},
                                   {tensor(type, {1, 4, 9, 9})}));
        refuses_attrs<PoolAttrs>(pool, "padding counted",
                                 [](PoolAttrs& a) { a.count_padding = true; });
        refuses_attrs<PoolAttrs>(pool, "padding off by one", [](PoolAttrs& a) {
            a.pad_begin[0] = 0;
            a.pad_end[0] = 2;
        });
        const OpProblem copy(op_of(CopyAttrs{.function = Copying::transpose, .params = {1, 0, 2}},
                                   {tensor(type, {4, 4, 4})}));
        refuses_attrs<CopyAttrs>(copy, "another order", [](CopyAttrs& a) { a.params = {0, 2, 1}; });
        const OpProblem pad(
            op_of(CopyAttrs{.function = Copying::pad, .params = {2}, .padding = Padding::reflect},
                  {tensor(type, {8})}));
        refuses_attrs<CopyAttrs>(pad, "another padding",
                                 [](CopyAttrs& a) { a.padding = Padding::edge; });
        const OpProblem resize(op_of(ResizeAttrs{.mode = Interpolation::linear},
                                     {tensor(type, {1, 2, 8, 8})}, {tensor(type, {1, 2, 16, 16})}));
        refuses_attrs<ResizeAttrs>(resize, "other coordinates",
                                   [](ResizeAttrs& a) { a.coordinates = Coordinates::asymmetric; });
        refuses_attrs<ResizeAttrs>(resize, "the nearest",
                                   [](ResizeAttrs& a) { a.mode = Interpolation::nearest; });
    }
}

TEST_CASE("a scatter of one token into a large cache is found wrong by its sample") {
    OpProblem cache(op_of(ScatterAttrs{}, {tensor(Dtype::bf16, {4, 8, 1024, 64}),
                                           tensor(Dtype::bf16, {4, 8, 1, 64}), tensor(i32, {4})}));
    cache.set(2, {1000, 3, 500, 0});
    refuses(cache, "a position off by one", [](OpProblem& w) { w.set(2, {1000, 3, 501, 0}); });
    OpProblem untouched = cache;
    untouched.outputs[0] = untouched.inputs[0];
    REQUIRE_FALSE(untouched.check().passed);
}

TEST_CASE("wrong conversions are refused") {
    TensorType q = tensor(Dtype::i8, {});
    q.scaling = Scaling::channel;
    q.scale_axis = 1;
    OpProblem quantise(
        op_of(ConvertAttrs{},
              {tensor(Dtype::f32, {8, 4}), tensor(Dtype::f32, {4}), tensor(Dtype::i8, {4})}, {q}));
    quantise.set(1, {0.01, 0.02, 0.03, 0.04}).set(2, {0, 1, 2, 3});
    refuses(quantise, "no zero points", without(2));
    refuses(quantise, "two scales swapped", swapped(1, 1));
    OpProblem cast(op_of(ConvertAttrs{}, {tensor(Dtype::f32, {64})}, {tensor(Dtype::bf16, {})}));
    cast.answer();
    for (std::uint64_t i = 0; i < 64; ++i) {  // towards zero instead of to the nearest
        std::array<std::byte, 4> bits{};
        std::copy_n(cast.inputs[0].begin() + static_cast<std::ptrdiff_t>(4 * i), 4, bits.begin());
        cast.outputs[0][2 * i] = bits[2];
        cast.outputs[0][2 * i + 1] = bits[3];
    }
    REQUIRE_THAT(cast.check().reason, Contains("must be equal"));
}

}  // namespace assay
