// SPDX-License-Identifier: Apache-2.0
// A graph that is written as ONNX and read back computes the same: every family, and operators that
// no family has. Both are evaluated in double; what differs are constants, which are float in the
// file (2^-24 relative, a few of them in a row, and 2^-24 of an angle of up to 64).
#include <algorithm>
#include <cmath>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/graph/builder.hpp"
#include "core/graph/evaluate.hpp"
#include "core/graph/onnx/export.hpp"
#include "core/graph/onnx/import.hpp"
#include "core/graph/onnx/read.hpp"
#include "core/graph/onnx/write.hpp"
#include "tests/unit/graph/models.hpp"

namespace assay {
namespace {

using Catch::Contains;
using test::shipped;
using test::small_request;

constexpr double tolerance = 2e-5;  // of the largest element
constexpr std::uint64_t seed = 7;

using Given = std::map<std::string, std::vector<double>>;

/// Values in the order of the file: inputs then states, outputs then states that are written.
std::vector<ValueId> in_order(const Graph& graph, ValueKind first) {
    std::vector<ValueId> ids = values_of(graph, first);
    for (const ValueId id : values_of(graph, ValueKind::state)) ids.push_back(id);
    return ids;
}

/// A graph that was written and read back, and what the file calls its inputs and outputs.
struct Back {
    std::vector<std::string> inputs, outputs;
    Graph graph;
};

Back there_and_back(const Graph& graph) {
    OnnxModel model = export_onnx(graph, seed);
    Back back;
    for (const OnnxInput& each : model.inputs) back.inputs.push_back(each.name);
    back.outputs = model.outputs;
    back.graph = import_onnx(read_onnx(write_onnx(std::move(model)), "back.onnx"), {});
    return back;
}

/// What `graph` was given, for `back`.
Given inputs_of(const Graph& graph, const Back& back, const GraphNumbers& numbers) {
    const std::vector<ValueId> ids = in_order(graph, ValueKind::input);
    REQUIRE(back.inputs.size() == ids.size());
    Given inputs;
    for (std::size_t i = 0; i < ids.size(); ++i)
        inputs[back.inputs[i]] = elements_of(graph, numbers, ids[i]);
    return inputs;
}

void check_round_trip(const Graph& graph, const Given& given = {}) {
    INFO(graph.name);
    const Back back = there_and_back(graph);
    GraphNumbers numbers = starting_numbers(graph, seed, given);
    GraphNumbers numbers_back = starting_numbers(back.graph, seed, inputs_of(graph, back, numbers));
    evaluate(graph, numbers);
    evaluate(back.graph, numbers_back);
    const std::vector<ValueId> ids = in_order(graph, ValueKind::output);
    REQUIRE(back.outputs.size() == ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto expected = elements_of(graph, numbers, ids[i]);
        const auto got =
            elements_of(back.graph, numbers_back, find_value(back.graph, back.outputs[i]));
        REQUIRE(got.size() == expected.size());
        double most = 0, off = 0;
        for (std::size_t j = 0; j < expected.size(); ++j) {
            most = std::max(most, std::abs(expected[j]));
            off = std::max(off, std::abs(got[j] - expected[j]));
        }
        INFO("result " << back.outputs[i] << ": " << off << " off, of " << most);
        CHECK(most > 0);
        CHECK(off <= tolerance * most);
    }
}

Graph twin_of(const std::string& name, const ModelRequest& request) {
    return build(twin(shipped(name)), request);
}

ModelRequest at_depth(std::int64_t batch, std::int64_t tokens, std::int64_t depth) {
    ModelRequest request = small_request(batch, tokens);
    request.depth = depth;
    request.capacity = depth + tokens + 3;
    request.next_token = true;
    return request;
}

TEST_CASE("every family that is written as ONNX reads back as the same numbers", "[onnx]") {
    if (!onnx_is_there()) return;
    for (const Model& model : test::all_shipped()) {
        check_round_trip(build(twin(model), small_request(2, 7)));
        check_round_trip(build(twin(model), small_request(1, 1)));
    }
}

TEST_CASE("a decoder that goes on at a depth reads its cache through ONNX", "[onnx]") {
    if (!onnx_is_there()) return;
    for (const char* name : {"llama_3_2_1b", "mistral_7b", "mixtral_8x7b", "qwen2_5_0_5b"}) {
        check_round_trip(twin_of(name, at_depth(1, 1, 9)));
        check_round_trip(twin_of(name, at_depth(2, 3, 9)));
    }
}

TEST_CASE("sequences of a batch stand at places of their own in ONNX too", "[onnx]") {
    if (!onnx_is_there()) return;
    check_round_trip(twin_of("llama_3_2_1b", at_depth(2, 2, 8)),
                     {{"positions", {3, 8}}, {"lengths", {5, 10}}});
}

TEST_CASE("channels last is written with channels first", "[onnx]") {
    if (!onnx_is_there()) return;
    ModelRequest request = small_request(2, 1);
    request.layout = Layout::channels_last;
    for (const char* name : {"resnet_50", "vit_b_16", "whisper_base_encoder"})
        check_round_trip(twin_of(name, request));
}

TEST_CASE("scaled weights are written with their scales", "[onnx]") {
    if (!onnx_is_there()) return;
    ModelRequest request = small_request(1, 5);
    request.types.weights = Dtype::i8;
    request.types.scaling = Scaling::channel;
    check_round_trip(twin_of("llama_3_2_1b", request));
    request.types.weights = Dtype::i4;  // in the file i8: opset 17 has no 4 bits
    request.types.scaling = Scaling::block;
    request.types.scale_block = 16;
    check_round_trip(twin_of("llama_3_2_1b", request));
}

TEST_CASE("narrow floats stay narrow in the file", "[onnx]") {
    if (!onnx_is_there()) return;
    for (const Dtype dtype : {Dtype::f16, Dtype::bf16}) {
        ModelRequest request = small_request(1, 5);
        request.types.activations = dtype;
        const Graph graph = twin_of("llama_3_2_1b", request);
        const Graph back = there_and_back(graph).graph;
        const ValueId weight = find_value(back, "layer_0_attention_qkv_weight");
        REQUIRE(weight != no_value);
        CHECK(back.values[static_cast<std::size_t>(weight)].type.dtype == dtype);
        const ValueId logits = values_of(back, ValueKind::output).at(0);
        CHECK(back.values[static_cast<std::size_t>(logits)].type.dtype == dtype);
    }
}

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
    results.add(ConvertAttrs{}, {all[0]}, Dtype::i8);
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

TEST_CASE("a model that no ONNX file can hold is refused before it is filled", "[onnx]") {
    const Graph graph = build(shipped("llama_3_1_8b"), small_request(1, 1));
    CHECK_THROWS_WITH(export_onnx(graph, seed),
                      Contains("has 29.9 GiB of weights, an ONNX file holds less than 2"));
}

TEST_CASE("a view whose parts overlap is refused with its node's name", "[onnx]") {
    GraphBuilder build("overlap");
    const ValueId x = build.input("x", tensor(Dtype::f32, {8}));
    const ValueId windows = build.view(x, {{3, 4}, {1, 1}, 0});
    const ElementwiseAttrs exp{.function = Function::exp};
    build.output(build.add("hankel", exp, {windows}), "y");
    CHECK_THROWS_WITH(export_onnx(build.finish(), seed),
                      "overlap: hankel: a view of 'x' has strides that ONNX cannot say");
}

}  // namespace
}  // namespace assay
