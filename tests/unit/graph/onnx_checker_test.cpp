// SPDX-License-Identifier: Apache-2.0
// What we write, held by ONNX's own checker and its strict inference of shapes.
#include <catch2/catch.hpp>
#include <onnx/checker.h>
#include <onnx/shape_inference/implementation.h>

#include "core/graph/onnx/export.hpp"
#include "core/graph/onnx/write.hpp"
#include "tests/unit/graph/models.hpp"

namespace assay {
namespace {

/// Throws what ONNX has to say against it.
void hold(const Graph& graph) {
    onnx::ModelProto proto;
    REQUIRE(proto.ParseFromString(write_onnx(export_onnx(graph, 1))));
    onnx::checker::check_model(proto);
    const onnx::ShapeInferenceOptions strict{true, 1, true};
    onnx::shape_inference::InferShapes(proto, onnx::OpSchemaRegistry::Instance(), strict);
}

TEST_CASE("ONNX's checker and shape inference accept every family", "[onnx]") {
    for (const Model& model : test::all_shipped()) {
        ModelRequest request = test::small_request(2, 5);
        const Model small = twin(model);
        for (const std::int64_t depth : {0, 6}) {
            request.depth = depth;
            INFO(model.name << " at depth " << depth);
            CHECK_NOTHROW(hold(build(small, request)));
        }
    }
}

TEST_CASE("ONNX's checker refuses what is wrong, so that its silence counts", "[onnx]") {
    OnnxModel model = export_onnx(build(twin(test::shipped("bert_base")), {}), 1);
    model.nodes.front().inputs.front() = "nothing writes this";
    onnx::ModelProto proto;
    REQUIRE(proto.ParseFromString(write_onnx(std::move(model))));
    CHECK_THROWS(onnx::checker::check_model(proto));
}

}  // namespace
}  // namespace assay
