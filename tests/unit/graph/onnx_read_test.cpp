// SPDX-License-Identifier: Apache-2.0
// What an ONNX file leaves open, what is refused of it and in which words, and files that lie.
#include <catch2/catch.hpp>

#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "core/graph/evaluate.hpp"
#include "core/graph/model.hpp"
#include "core/graph/onnx/import.hpp"
#include "core/graph/onnx/read.hpp"
#include "core/graph/totals.hpp"
#include "tests/unit/graph/onnx_cases.hpp"
#include "tests/unit/graph/onnx_file.hpp"
#include "tests/unit/hostile/mutate.hpp"

namespace assay {
namespace {

using Catch::Contains;
using namespace test;

std::string refusal_of(const std::string& bytes, const OnnxRequest& request = {}) {
    try {
        import_onnx(read_onnx(bytes, "m.onnx"), request);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

OnnxRequest batch_of(std::int64_t batch) {
    OnnxRequest request;
    request.batch = batch;
    return request;
}

TEST_CASE("a file's initializers keep their numbers, and its batch is the request's", "[onnx]") {
    if (!onnx_is_there()) return;
    const Graph graph = import_onnx(read_onnx(small_onnx(), "m.onnx"), batch_of(2));
    GraphNumbers numbers = starting_numbers(graph, 1, {{"x", {1, 1, 1, 0, 2, -4}}});
    evaluate(graph, numbers);
    // Row 1: 1 + 3 + 0.25 + 0.5 = 4.75, -2 + 0.5 - 1 - 0.125 < 0. Row 2: 6 - 1 + 0.5 = 5.5,
    // 1 + 4 - 0.125 = 4.875.
    const ValueId y = values_of(graph, ValueKind::output).at(0);
    CHECK(elements_of(graph, numbers, y) == std::vector<double>{4.75, 0, 5.5, 4.875});
    CHECK(parameters(graph) == 8);
    CHECK(graph.nodes.size() == 2);
}

TEST_CASE("floats of a file become the type asked for", "[onnx]") {
    if (!onnx_is_there()) return;
    OnnxRequest request = batch_of(1);
    request.floats = Dtype::bf16;
    const Graph graph = import_onnx(read_onnx(small_onnx(), "m.onnx"), request);
    for (const Value& each : graph.values) CHECK(each.type.dtype == Dtype::bf16);
    CHECK(weight_bytes(graph) == 16);
}

TEST_CASE("an ONNX file is a model, without a family and without a twin", "[onnx]") {
    if (!onnx_is_there()) return;
    const Model model = parse_model(small_onnx(), "nets/small.onnx");
    CHECK(model.name == "small");
    CHECK(unit_of(model) == "samples");
    ModelRequest request;
    request.batch = 4;
    CHECK(build(model, request).values[0].type.dims == Shape{4, 3});
    CHECK_THROWS_WITH(twin(model), Contains("no family"));
    request.types.weights = Dtype::i8;
    CHECK_THROWS_WITH(build(model, request), Contains("has the weights that it has"));
}

TEST_CASE("what a file leaves open is named with what to do", "[onnx]") {
    if (!onnx_is_there()) return;
    const std::string wide =
        onnx_file({onnx_node("Relu", {"x"}, "y")}, {onnx_input("x", {1, 3, 0, 0})}, {});
    CHECK(refusal_of(wide) ==
          "m.onnx: input 'x': dimension 2 ('open') is open; ask for an image of N "
          "pixels or fix its size in the file");
    OnnxRequest request;
    request.image = 8;
    CHECK(refusal_of(wide, request).empty());
    const std::string deep =
        onnx_file({onnx_node("Relu", {"x"}, "y")}, {onnx_input("x", {1, 3, 0})}, {});
    CHECK_THAT(refusal_of(deep, request), Contains("dimension 2 ('open') is open; fix its size"));
}

TEST_CASE("unsupported operators are named all at once, with their number", "[onnx]") {
    if (!onnx_is_there()) return;
    const std::string file =
        onnx_file({onnx_node("LSTM", {"x"}, "a"), onnx_node("LSTM", {"a"}, "b"),
                   onnx_node("If", {"b"}, "c"), onnx_node("Relu", {"c"}, "y")},
                  {onnx_input("x", {1})}, {});
    CHECK(refusal_of(file) == "m.onnx: unsupported: If x1, LSTM x2");
    const Message branch = Message()
                               .message(1, onnx_node("LSTM", {"x"}, "c"))
                               .message(1, onnx_node("Relu", {"c"}, "d"));
    Message choice = onnx_node("If", {"x"}, "y");
    choice.message(5, Message().text(1, "then_branch").message(6, branch).number(20, 5));
    CHECK(refusal_of(onnx_file({choice}, {onnx_input("x", {1})}, {})) ==
          "m.onnx: unsupported: If x1, LSTM x1");
    CHECK_THAT(
        refusal_of(onnx_file({onnx_node("Relu", {"x"}, "y")}, {onnx_input("x", {1})}, {}, 18)),
        Contains("is of opset 18, 7 to 17 are read"));
}

TEST_CASE("data outside the file, and data that is not what its sizes say, is refused", "[onnx]") {
    if (!onnx_is_there()) return;
    Message outside = Message().number(1, 4).number(2, 1).text(8, "w").number(14, 1);
    outside.message(13, Message().text(1, "location").text(2, "../../etc/passwd"));
    const auto with = [](const Message& tensor) {
        return onnx_file({onnx_node("Add", {"x", "w"}, "y")}, {onnx_input("x", {4})}, {tensor});
    };
    CHECK_THAT(refusal_of(with(outside)), Contains("'w' keeps its data in another file"));
    CHECK_THAT(refusal_of(with(onnx_tensor_of("w", {4}, {1, 2, 3}))),
               Contains("has 12 bytes of data, needs 16"));
    const std::int64_t huge = std::int64_t{1} << 32;
    CHECK_THAT(refusal_of(with(onnx_tensor_of("w", {huge, huge, huge}, {1}))),
               Contains("has a size of 4294967296"));
    CHECK_THAT(refusal_of(with(onnx_tensor_of("w", {-4}, {1}))), Contains("has a size of -4"));
}

TEST_CASE("messages in messages beyond any model are refused", "[onnx]") {
    if (!onnx_is_there()) return;
    Message graph;  // an attribute of a node of the graph of an attribute …
    for (int i = 0; i < 5000; ++i) {
        const Message attribute = Message().text(1, "g").message(6, graph).number(20, 5);
        graph = Message().message(1, Message().text(4, "If").message(5, attribute));
    }
    CHECK_THAT(refusal_of(Message().message(7, graph).bytes()), Contains("cut or damaged"));
}

/// Reads, imports and, where that works, evaluates what is small.
void try_file(const std::string& bytes) {
    try {
        const Graph graph = import_onnx(read_onnx(bytes, "m.onnx"), batch_of(1));
        if (flop(graph) > 1e5 || weight_bytes(graph) + activation_bytes(graph) > 1000000) return;
        GraphNumbers numbers = starting_numbers(graph, 1);
        evaluate(graph, numbers);
    } catch (const Error& error) {
        const std::string said = error.what();
        if (said.empty() || said.find('\n') != said.npos) FAIL_CHECK("refused with " << said);
    }
}

TEST_CASE("cut and flipped files of ONNX are read or refused", "[onnx]") {
    if (!onnx_is_there()) return;
    std::vector<std::string> seeds = {small_onnx()};
    const std::vector<OnnxCase> cases = onnx_node_cases();
    for (std::size_t i = 0; i < cases.size(); i += 3)
        seeds.push_back(read_file(cases[i].folder / "model.onnx"));
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        INFO("file " << i);
        const std::string& seed = seeds[i];
        for (std::size_t cut = 0; cut < seed.size(); cut += 1 + seed.size() / 16)
            try_file(seed.substr(0, cut));
        for (std::uint64_t flip = 0; flip < 16; ++flip) {
            Random random(i, flip);
            std::string changed = seed;
            char& at = changed[random.below(static_cast<std::uint32_t>(seed.size()))];
            at = static_cast<char>(at ^ (1 << random.below(8)));
            try_file(changed);
            try_file(hostile::mutated(seed, seeds[(i + 1) % seeds.size()], random));
        }
    }
}

}  // namespace
}  // namespace assay
