// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/base/error.hpp"
#include "tests/unit/graph/models.hpp"

namespace assay {

namespace {

using Catch::Matchers::Contains;

const std::string good = R"(title = "Tiny"
source = "nowhere"
[decoder]
vocabulary = 10
width = 8
layers = 1
heads = 2
key_value_heads = 1
head = 4
intermediate = 16
positions = 20
)";

}  // namespace

TEST_CASE("a model is read with its defaults") {
    const Model model = parse_model(good, "models/tiny.toml");
    REQUIRE(model.name == "tiny");
    REQUIRE(model.title == "Tiny");
    REQUIRE(family_name(model.family) == "decoder");
    const auto& decoder = std::get<Decoder>(model.family);
    REQUIRE(decoder.head == 4);
    REQUIRE(decoder.rope_base == 10000);
    REQUIRE_FALSE(decoder.tied_embeddings);
}

TEST_CASE("an unknown key is refused with its place and the nearest name") {
    REQUIRE_THROWS_WITH(
        parse_model(good + "vocabluary = 3\n", "m.toml"),
        Contains("m.toml:12:1: unknown key 'vocabluary'; did you mean 'vocabulary'?"));
    REQUIRE_THROWS_WITH(parse_model("[decodr]\n", "m.toml"), Contains("did you mean 'decoder'?"));
}

TEST_CASE("a key of the wrong type, missing or out of range is refused") {
    REQUIRE_THROWS_WITH(parse_model(good + "window = \"all\"\n", "m.toml"),
                        Contains("m.toml:12:10: window must be an integer, is text"));
    REQUIRE_THROWS_WITH(parse_model("[decoder]\nwidth = 8\n", "m.toml"),
                        Contains("decoder: vocabulary must be at least 1"));
    REQUIRE_THROWS_WITH(parse_model(good + "experts = 4\n", "m.toml"),
                        Contains("experts_per_token"));
    REQUIRE_THROWS_WITH(parse_model(good + "rope_base = -1.0\n", "m.toml"),
                        Contains("rope_base must be above 0"));
    REQUIRE_THROWS_WITH(parse_model("[decoder]\nvocabulary = 9999999999\n", "m.toml"),
                        Contains("vocabulary must be at most 1073741824"));
}

TEST_CASE("a model is of exactly one family") {
    REQUIRE_THROWS_WITH(parse_model("title = \"x\"\n", "m.toml"),
                        Contains("has no table of a family"));
    REQUIRE_THROWS_WITH(parse_model(good + "[encoder]\nwidth = 8\n", "m.toml"),
                        Contains("a model is of one family"));
}

TEST_CASE("every shipped model has a title and names its source") {
    const auto all = test::all_shipped();
    REQUIRE(all.size() >= 13);
    for (const Model& model : all) {
        CAPTURE(model.name);
        REQUIRE_FALSE(model.title.empty());
        REQUIRE_FALSE(model.source.empty());
    }
}

TEST_CASE("a twin is a valid model of the same family") {
    for (const Model& model : test::all_shipped()) {
        CAPTURE(model.name);
        const Model small = twin(model);
        REQUIRE(invalid(small.family).empty());
        REQUIRE(small.family.index() == model.family.index());
    }
}

}  // namespace assay
