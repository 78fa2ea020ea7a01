// SPDX-License-Identifier: Apache-2.0
// ONNX files as models of a suite: found, counted, carried by path and hash, never by content.
#include <catch2/catch.hpp>

#include "core/graph/onnx/read.hpp"
#include "core/result/json_records.hpp"
#include "core/suite/model_case.hpp"
#include "tests/unit/graph/onnx_file.hpp"
#include "tests/unit/suite/folder.hpp"

namespace assay {
namespace {

Suite load(const test::SuitesFolder& folder, const std::string& keys) {
    folder.write("nets/small.onnx", test::small_onnx());
    return load_suite(
        folder.write("a.toml", "[[inference]]\nmodel = \"nets/small.onnx\"\n" + keys));
}

TEST_CASE("a suite names an ONNX file, whose samples are counted", "[onnx]") {
    if (!onnx_is_there()) return;
    const test::SuitesFolder folder;
    const Suite suite = load(folder, "batch = [1, 4]\n");
    REQUIRE(suite.cases.size() == 2);
    CHECK(suite.cases[1].model_error.empty());
    const auto& run = std::get<Inference>(suite.cases[1].workload);
    CHECK(run.unit == "samples");
    CHECK(run.units == 4);
    CHECK(run.parameters == 8);
    // 2 x 3 x 2 multiplications and additions and an activation of each of the 2 outputs, four
    // times.
    CHECK(run.flop == 4 * (12 + 2));
    CHECK(suite.cases[1].id == "nets/small.onnx f32 batch 4");
    CHECK(run.model_sha256.size() == 64);
}

TEST_CASE("the case carries where the file lies and its hash, and one that changed is refused",
          "[onnx]") {
    if (!onnx_is_there()) return;
    const test::SuitesFolder folder;
    const Suite suite = load(folder, "");
    const Case carried = case_description_from_json(to_json(suite.cases[0]), "job");
    CHECK(carried.model_text.empty());
    CHECK(graph_of(model_of(carried), std::get<Inference>(carried.workload)).nodes.size() == 2);
    CHECK_THAT(suite.files.at(1).text, Catch::Contains("SHA-256") && Catch::Contains("not kept"));
    folder.write("nets/small.onnx", test::small_onnx() + std::string("\x08\x08"));
    CHECK_THROWS_WITH(model_of(carried), Catch::Contains("has changed since the suite was read"));
}

TEST_CASE("a damaged ONNX file and a key that files cannot have cost their rows", "[onnx]") {
    if (!onnx_is_there()) return;
    const test::SuitesFolder folder;
    folder.write("bad.onnx", "no protobuf");
    const Suite bad = load_suite(folder.write("b.toml", "[[inference]]\nmodel = \"bad.onnx\"\n"));
    CHECK_THAT(bad.cases.at(0).model_error, Catch::Contains("bad.onnx: is no ONNX model"));
    CHECK_THAT(load(folder, "depth = 3\n").cases.at(0).model_error,
               Catch::Contains("has no depth"));
}

}  // namespace
}  // namespace assay
