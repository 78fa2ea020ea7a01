// SPDX-License-Identifier: Apache-2.0
// The two layouts of images give one answer; a recommender against the textbook.
#include <cmath>

#include <catch2/catch.hpp>

#include "core/graph/evaluate.hpp"
#include "tests/unit/graph/models.hpp"

namespace assay {

namespace {

using Numbers = std::vector<double>;

/// [a, c, spatial] as [a, spatial, c].
Numbers channels_last(const Numbers& x, const Shape& dims) {
    const auto a = static_cast<std::size_t>(dims[0]), c = static_cast<std::size_t>(dims[1]);
    const std::size_t spatial = x.size() / a / c;
    Numbers y;
    for (std::size_t i = 0; i < a; ++i) {
        for (std::size_t p = 0; p < spatial; ++p) {
            for (std::size_t j = 0; j < c; ++j) y.push_back(x[(i * c + j) * spatial + p]);
        }
    }
    return y;
}

Numbers of(const Graph& graph, const GraphNumbers& numbers, const std::string& name) {
    return elements_of(graph, numbers, find_value(graph, name));
}

/// What the graph with channels first starts with, turned where it has channels.
std::map<std::string, Numbers> turned(const Graph& graph, const GraphNumbers& numbers) {
    std::map<std::string, Numbers> given;
    for (const ValueKind kind : {ValueKind::input, ValueKind::constant}) {
        for (const ValueId id : values_of(graph, kind)) {
            const Value& value = graph.values[static_cast<std::size_t>(id)];
            const bool image = value.type.dims.size() > 2 && value.name != "class token";
            const Numbers plain = elements_of(graph, numbers, id);
            given[value.name] = image ? channels_last(plain, value.type.dims) : plain;
        }
    }
    return given;
}

}  // namespace

TEST_CASE("channels last computes what channels first does") {
    const std::string name =
        GENERATE(as<std::string>{}, "resnet_50", "vit_b_16", "whisper_base_encoder");
    CAPTURE(name);
    const Model model = twin(test::shipped(name));
    ModelRequest request = test::small_request(2, 1);
    const Graph first = build(model, request);
    GraphNumbers expected = starting_numbers(first, 1);
    evaluate(first, expected);
    request.layout = Layout::channels_last;
    const Graph last = build(model, request);
    GraphNumbers numbers = starting_numbers(last, 1, turned(first, expected));
    evaluate(last, numbers);
    for (const ValueId id : values_of(first, ValueKind::output)) {
        const std::string& output = first.values[static_cast<std::size_t>(id)].name;
        const Numbers is = of(last, numbers, output), must = of(first, expected, output);
        REQUIRE(is.size() == must.size());
        for (std::size_t i = 0; i < is.size(); ++i) REQUIRE(is[i] == Approx(must[i]).margin(1e-10));
    }
}

TEST_CASE("a recommender's graph computes what the textbook says") {
    const Model model = twin(test::shipped("dlrm_kaggle"));
    const auto& m = std::get<Recommender>(model.family);
    const Graph graph = build(model, test::small_request(1, 1));
    GraphNumbers numbers = starting_numbers(graph, 4);
    evaluate(graph, numbers);
    const auto layer = [&](const std::string& name, const Numbers& x, bool relu) {
        const Numbers w = of(graph, numbers, name + " weight");
        Numbers y = of(graph, numbers, name + " bias");
        for (std::size_t j = 0; j < y.size(); ++j) {
            for (std::size_t k = 0; k < x.size(); ++k) y[j] += w[j * x.size() + k] * x[k];
            if (relu) y[j] = std::max(0.0, y[j]);
        }
        return y;
    };
    const auto width = static_cast<std::size_t>(m.width);
    std::vector<Numbers> vectors = {
        layer("bottom 1", layer("bottom 0", of(graph, numbers, "dense"), true), true)};
    for (std::size_t i = 0; i < m.tables.size(); ++i) {
        const std::string name = "table " + std::to_string(i);
        const Numbers table = of(graph, numbers, name);
        const auto row = static_cast<std::size_t>(of(graph, numbers, name + " indices")[0]);
        vectors.emplace_back(table.begin() + static_cast<std::ptrdiff_t>(row * width),
                             table.begin() + static_cast<std::ptrdiff_t>((row + 1) * width));
    }
    Numbers features = vectors[0];
    for (std::size_t i = 1; i < vectors.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            features.push_back(0);
            for (std::size_t k = 0; k < width; ++k)
                features.back() += vectors[i][k] * vectors[j][k];
        }
    }
    const double score = layer("top 1", layer("top 0", features, true), false)[0];
    REQUIRE(of(graph, numbers, "probability")[0] == Approx(1 / (1 + std::exp(-score))));
}

}  // namespace assay
