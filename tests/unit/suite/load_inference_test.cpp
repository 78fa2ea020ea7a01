// SPDX-License-Identifier: Apache-2.0
// [[inference]] tables: where models come from, what they are counted as, what a bad one costs.
#include <catch2/catch.hpp>

#include "core/suite/model_case.hpp"
#include "tests/unit/suite/folder.hpp"

namespace assay {
namespace {

const std::string tiny =
    "title = \"T\"\nsource = \"made up\"\n[convolutional]\nimage = 32\nstem = 8\n"
    "blocks = [1, 1]\nwidths = [8, 16]\nclasses = 10\n";

Suite load(const test::SuitesFolder& folder, const std::string& text) {
    folder.write("models/tiny.toml", tiny);
    return load_suite(folder.write("a.toml", text));
}

const Inference& run_of(const Suite& suite, std::size_t i) {
    return std::get<Inference>(suite.cases.at(i).workload);
}

TEST_CASE("a model is a name of suites/models, and what it comes to is counted from its graph") {
    const test::SuitesFolder folder;
    const Suite suite = load(folder, "[[inference]]\nmodel = \"tiny\"\nbatch = [1, 4]\n");
    REQUIRE(suite.cases.size() == 2);
    CHECK(suite.cases[1].id == "tiny f32 batch 4");
    const Inference &one = run_of(suite, 0), &four = run_of(suite, 1);
    CHECK(one.unit == "images");
    CHECK(one.units == 1);
    CHECK(four.units == 4);
    CHECK(one.parameters > 0);
    CHECK(four.parameters == one.parameters);
    CHECK(four.flop == Approx(4 * one.flop));
    CHECK(one.model_sha256.size() == 64);
    CHECK(suite.cases[0].model_error.empty());
    // The result file holds what was run: the model's text is one of the suite's.
    REQUIRE(suite.files.size() == 2);
    CHECK(suite.files[1].path == "models/tiny.toml");
    CHECK(suite.files[1].text == tiny);
}

TEST_CASE("the worker builds the graph from what the case carries, and nothing else") {
    const test::SuitesFolder folder;
    const Suite suite = load(folder, "[[inference]]\nmodel = \"tiny\"\n");
    const Graph graph = graph_of(model_of(suite.cases[0]), run_of(suite, 0));
    CHECK(invalid(graph).empty());
    CHECK(graph.nodes.size() > 5);
}

TEST_CASE("a model that makes no sense costs its own rows, and the suite goes on") {
    const test::SuitesFolder folder;
    folder.write("models/bad.toml", "title = \"B\"\nsource = \"s\"\n[convolutional]\nimage = 32\n");
    const Suite suite =
        load(folder, "[[inference]]\nmodel = \"bad\"\n[[inference]]\nmodel = \"tiny\"\n");
    REQUIRE(suite.cases.size() == 2);
    CHECK_THAT(suite.cases[0].model_error, Catch::Contains("models/bad.toml"));
    CHECK(suite.cases[1].model_error.empty());
}

TEST_CASE("a model that is not there, or lies outside, is refused where it is named") {
    const test::SuitesFolder folder;
    CHECK_THROWS_WITH(load(folder, "[[inference]]\nmodel = \"tinny\"\n"),
                      Catch::Contains("a.toml:1:1: ") && Catch::Contains("models/tinny.toml"));
    CHECK_THROWS_WITH(load(folder, "[[inference]]\nmodel = \"../../etc/passwd.json\"\n"),
                      Catch::Contains("leaves the folder"));
    CHECK_THROWS_WITH(load(folder, "[[inference]]\nbatch = 1\n"), Catch::Contains("needs model"));
    CHECK_THROWS_WITH(load(folder, "[[inference]]\nmodel = \"tiny\"\nunits = 3\n"),
                      Catch::Contains("unknown key 'units'"));
    CHECK_THROWS_WITH(load(folder, "[[inference]]\nmodel = \"tiny\"\ncache = \"cold\"\n"),
                      Catch::Contains("hot"));
}

}  // namespace
}  // namespace assay
