// SPDX-License-Identifier: Apache-2.0
// Operators, and ways to use them, that no family has are written as ONNX too.
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "core/graph/builder.hpp"
#include "tests/unit/graph/onnx_round_trip.hpp"

namespace assay {
namespace {

using test::check_round_trip;

/// Adds a result to the graph that is built.
class Results {
public:
    explicit Results(GraphBuilder& build) : build_(build) {}
    void add(OpAttrs attrs, const std::vector<ValueId>& inputs, Dtype dtype = Dtype::none) {
        const std::string name = fmt::format("r{}", count_++);
        build_.output(build_.add(name, std::move(attrs), inputs, dtype),
                      fmt::format("out {}", name));
    }
    void shaped(OpAttrs attrs, ValueId input, Shape dims) {
        const std::string name = fmt::format("r{}", count_++);
        const ValueId to =
            build_.temporary(name, tensor(build_.type(input).dtype, std::move(dims)));
        build_.add_into(name, std::move(attrs), {input}, to);
        build_.output(to, fmt::format("out {}", name));
    }

private:
    GraphBuilder& build_;
    int count_ = 0;
};

TEST_CASE("every function of elements is written", "[onnx]") {
    if (!onnx_is_there()) return;
    GraphBuilder build("functions");
    Results results(build);
    const FillRule above{Filling::uniform, 2, 1, {}};  // 1 to 3: logarithms and roots exist
    const std::vector<ValueId> all = {build.input("x", tensor(Dtype::f32, {3, 4}), above),
                                      build.input("y", tensor(Dtype::f32, {4})),
                                      build.input("z", tensor(Dtype::f32, {3, 1}))};
    for (int i = 1; i <= static_cast<int>(Function::logical_or); ++i) {
        ElementwiseAttrs attrs{.function = static_cast<Function>(i),
                               .activation = Activation::gelu_tanh,
                               .alpha = 2,
                               .beta = 0.5};
        attrs.p = 0.25, attrs.q = 2;
        const int operands = operand_count(attrs.function);
        results.add(attrs, {all.begin(), all.begin() + operands}, Dtype::f32);
    }
    const FillRule wide{Filling::normal, 0, 300, {}};  // beyond what 8 bits hold
    const ValueId far = build.input("far", tensor(Dtype::f32, {40}), wide);
    const ElementwiseAttrs abs{.function = Function::abs};
    for (const Dtype each : {Dtype::i8, Dtype::u8, Dtype::i32}) {
        results.add(ConvertAttrs{}, {far}, each);
        results.add(abs, {far}, each);
    }
    results.add(ConvertAttrs{}, {all[0]}, Dtype::f16);
    check_round_trip(build.finish());
}

TEST_CASE("attention with a mask, turns of every kind and norms are written", "[onnx]") {
    if (!onnx_is_there()) return;
    GraphBuilder build("rows");
    Results results(build);
    const auto heads = [&](const char* name, std::int64_t count, std::int64_t tokens) {
        return build.input(name, tensor(Dtype::f32, {2, count, tokens, 6}));
    };
    const ValueId q = heads("q", 4, 5), k = heads("k", 2, 3), v = heads("v", 2, 3);
    const ValueId mask = build.input("mask", tensor(Dtype::f32, {5, 3}));
    results.add(AttentionAttrs{.scale = 0.7}, {q, k, v, mask});
    results.add(AttentionAttrs{.causal = true}, {q, k, v});  // two queries see no key
    const ValueId places =
        build.input("places", tensor(Dtype::i32, {2}), {Filling::listed, 0, 0, {4, 17}});
    results.add(RopeAttrs{.rotary_dims = 4}, {q, places});
    results.add(RopeAttrs{.interleaved = true, .scale = 2}, {q, places});
    const ValueId x = build.input("x", tensor(Dtype::f32, {2, 6, 3}));
    const ValueId gamma = build.input("gamma", tensor(Dtype::f32, {6})),
                  beta = build.input("beta", tensor(Dtype::f32, {6})),
                  mean = build.input("mean", tensor(Dtype::f32, {6})),
                  variance = build.input("variance", tensor(Dtype::f32, {6}),
                                         {Filling::uniform, 2, 1, {}});
    results.add(NormAttrs{.kind = NormKind::layer}, {q});
    results.add(NormAttrs{.kind = NormKind::rms}, {q, gamma});
    results.add(NormAttrs{.kind = NormKind::group, .groups = 3, .activation = Activation::silu},
                {x, gamma, beta});
    results.add(NormAttrs{.kind = NormKind::batch}, {x, gamma, beta, no_value, mean, variance});
    results.add(SoftmaxAttrs{.axis = 1, .logarithm = true}, {x});
    for (const Reduction each : {Reduction::sum, Reduction::mean, Reduction::max, Reduction::min,
                                 Reduction::product, Reduction::sum_squares})
        results.add(ReduceAttrs{.function = each, .axes = {0, 2}, .keep_dims = true}, {x});
    results.add(ReduceAttrs{.function = Reduction::argmin, .axes = {1}}, {x});
    results.add(TopkAttrs{.axis = 1, .k = 2, .smallest = true}, {x});
    check_round_trip(build.finish());
}

TEST_CASE("products that are no Gemm are written", "[onnx]") {
    if (!onnx_is_there()) return;
    GraphBuilder build("products");
    Results results(build);
    const auto input = [&](const char* name, Shape dims) {
        return build.input(name, tensor(Dtype::f32, std::move(dims)));
    };
    const ValueId a = input("a", {4, 3}), b = input("b", {4, 5}), bias = input("bias", {5});
    results.add(
        MatmulAttrs{.transpose_a = true, .activation = Activation::silu, .alpha = 0.5, .beta = 2},
        {a, b, bias, input("c", {3, 5})});
    results.add(MatmulAttrs{.transpose_a = true, .alpha = 3}, {input("many", {2, 4, 3}), b, bias});
    const ValueId rows =
        build.input("rows", tensor(Dtype::i32, {3}), {Filling::listed, 0, 0, {1, 0, 2}});
    results.add(GroupedMatmulAttrs{.activation = Activation::relu},
                {a, input("experts", {3, 3, 2}), rows, input("biases", {3, 2})});
    const FillRule bytes{Filling::below, 0, 100, {}};
    results.add(MatmulAttrs{}, {build.input("i", tensor(Dtype::u8, {2, 3}), bytes),
                                build.input("j", tensor(Dtype::i8, {3, 2}), bytes)});
    check_round_trip(build.finish());
}

TEST_CASE("copies, gathers and images are written", "[onnx]") {
    if (!onnx_is_there()) return;
    GraphBuilder build("moves");
    Results results(build);
    const ValueId x = build.input("x", tensor(Dtype::f32, {2, 3, 6, 7}));
    CopyAttrs slice{.function = Copying::slice};
    slice.params = {0, 2, 1};  // of dimension 1 backwards, from the last to the first
    slice.params[max_rank + 1] = -1;
    slice.params[max_rank + 2] = 2;
    results.shaped(slice, x, {2, 3, 3, 7});
    CopyAttrs pad{.function = Copying::pad, .value = 1.5};
    pad.params[2] = 1, pad.params[max_rank + 3] = 2;
    for (const Padding each : {Padding::constant, Padding::edge, Padding::reflect}) {
        pad.padding = each;
        results.add(pad, {x});
    }
    const ValueId table = build.input("table", tensor(Dtype::f32, {9, 4}));
    const ValueId bags =
        build.input("bags", tensor(Dtype::i32, {2, 3}), {Filling::below, 0, 9, {}});
    results.add(GatherAttrs{.bag = Reduction::mean}, {table, bags});
    PoolAttrs pool{.function = Reduction::max, .window = {3, 3, 1}, .stride = {2, 2, 1}};
    results.shaped(pool, x, {2, 3, 3, 3});  // rows: 6 - 3 is odd, so the last window is cut
    pool.function = Reduction::mean;
    pool.pad_begin = {1, 1, 0};
    results.shaped(pool, x, {2, 3, 3, 3});
    ResizeAttrs resize{.mode = Interpolation::linear};
    results.shaped(resize, x, {2, 3, 12, 5});
    resize = {.mode = Interpolation::nearest, .coordinates = Coordinates::asymmetric};
    resize.scale = {1, 1, 2, 2};
    results.shaped(resize, x, {2, 3, 12, 14});
    ConvAttrs transposed{.transposed = true, .stride = {2, 2, 1}, .output_pad = {1, 0, 0}};
    results.add(transposed, {x, build.input("w", tensor(Dtype::f32, {3, 2, 3, 3}))});
    check_round_trip(build.finish());
}

}  // namespace
}  // namespace assay
