// SPDX-License-Identifier: Apache-2.0
// Every family of models is written as ONNX and reads back as the same numbers.
#include <catch2/catch.hpp>

#include "core/base/error.hpp"
#include "core/graph/builder.hpp"
#include "tests/unit/graph/models.hpp"
#include "tests/unit/graph/onnx_round_trip.hpp"

namespace assay {
namespace {

using Catch::Contains;
using namespace test;

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

TEST_CASE("a model that no ONNX file can hold is refused before it is filled", "[onnx]") {
    const Graph graph = build(shipped("llama_3_1_8b"), small_request(1, 1));
    CHECK_THROWS_WITH(export_onnx(graph, export_seed),
                      Contains("has 29.9 GiB of weights, an ONNX file holds less than 2"));
}

TEST_CASE("a view whose parts overlap is refused with its node's name", "[onnx]") {
    GraphBuilder build("overlap");
    const ValueId x = build.input("x", tensor(Dtype::f32, {8}));
    const ValueId windows = build.view(x, {{3, 4}, {1, 1}, 0});
    const ElementwiseAttrs exp{.function = Function::exp};
    build.output(build.add("hankel", exp, {windows}), "y");
    CHECK_THROWS_WITH(export_onnx(build.finish(), export_seed),
                      "overlap: hankel: a view of 'x' has strides that ONNX cannot say");
}

}  // namespace
}  // namespace assay
