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
    // Its inputs are what its graph says: a key without effect is none.
    CHECK_THROWS_WITH(load(folder, "[[inference]]\nmodel = \"tiny\"\ndistribution = \"hpl\"\n"),
                      Catch::Contains("unknown key 'distribution'"));
    CHECK_THROWS_WITH(load(folder, "[[inference]]\nmodel = \"tiny\"\ncache = \"cold\"\n"),
                      Catch::Contains("hot"));
}

TEST_CASE("a generation is an inference with output_tokens under scenario generate") {
    const test::SuitesFolder folder;
    folder.write("models/talker.toml",
                 "title = \"T\"\nsource = \"made up\"\n[decoder]\nvocabulary = 50\nwidth = 32\n"
                 "layers = 2\nheads = 4\nkey_value_heads = 2\nhead = 8\nintermediate = 48\n"
                 "positions = 64\n");
    const Suite suite =
        load(folder,
             "[[inference]]\nmodel = \"talker\"\nscenario = \"generate\"\ntokens = 6\n"
             "output_tokens = [4, 9]\nbatch = 3\n");
    REQUIRE(suite.cases.size() == 2);
    CHECK(suite.cases[0].id == "talker f32 batch 3 6+4 tokens generate");
    CHECK(run_of(suite, 0).units == 12);
    CHECK(run_of(suite, 1).flop > run_of(suite, 0).flop);
    CHECK(run_of(suite, 1).weight_bytes == run_of(suite, 0).weight_bytes);
    CHECK(weights_of(suite.cases[0]) == weights_of(suite.cases[1]));
    CHECK(suite.cases[0].protocol.measure == Measure::latency);
    CHECK(suite.cases[0].protocol.load->min_queries == 64);
    CHECK(select(suite, "output_tokens>4").cases.size() == 1);
    // What is no decoder, and tokens beyond the model's positions, cost their rows.
    const Suite wrong =
        load(folder,
             "[[inference]]\nmodel = \"tiny\"\nscenario = \"generate\"\noutput_tokens = 4\n"
             "[[inference]]\nmodel = \"talker\"\nscenario = \"generate\"\ntokens = 60\n"
             "output_tokens = 9\n");
    CHECK_THAT(wrong.cases[0].model_error, Catch::Contains("output_tokens are of a decoder"));
    CHECK_THAT(wrong.cases[1].model_error, Catch::Contains("do not fit"));
}

TEST_CASE("half a generation is refused with what is missing") {
    const test::SuitesFolder folder;
    const auto refused = [&](const std::string& text, const std::string& said) {
        CHECK_THROWS_WITH(load(folder, text), Catch::Contains(said));
    };
    refused("[[inference]]\nmodel = \"tiny\"\noutput_tokens = 4\n",
            "output_tokens are of scenario = \"generate\"");
    refused("[[inference]]\nmodel = \"tiny\"\nscenario = \"generate\"\n",
            "generate needs output_tokens");
    refused("[[gemm]]\nm = 8\nn = 8\nk = 8\nscenario = \"generate\"\n",
            "generate needs output_tokens");
    refused("[[inference]]\nmodel = \"tiny\"\nscenario = \"server\"\noutput_tokens = 4\n",
            "output_tokens are of scenario");
}

}  // namespace
}  // namespace assay
