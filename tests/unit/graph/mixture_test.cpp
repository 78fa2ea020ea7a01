// SPDX-License-Identifier: Apache-2.0
// The sorted, grouped mixture of experts against the plain one: each token through its experts.
#include <algorithm>
#include <cmath>

#include <catch2/catch.hpp>

#include "core/graph/evaluate.hpp"
#include "core/graph/families/build.hpp"
#include "tests/unit/graph/models.hpp"

namespace assay {

namespace {

constexpr std::size_t tokens = 9, width = 6, inner = 5, experts = 4, chosen = 2;

Decoder small() {
    Decoder model;
    model.width = width;
    model.intermediate = inner;
    model.experts = experts;
    model.experts_per_token = chosen;
    return model;
}

/// One token through one expert: down (silu(gate x) * up x).
std::vector<double> through(const std::vector<double>& in, const std::vector<double>& out,
                            std::size_t expert, const double* x) {
    std::vector<double> hidden(inner), y(width, 0);
    for (std::size_t i = 0; i < inner; ++i) {
        double gate = 0, up = 0;
        for (std::size_t k = 0; k < width; ++k) {
            gate += in[(expert * 2 * inner + i) * width + k] * x[k];
            up += in[(expert * 2 * inner + inner + i) * width + k] * x[k];
        }
        hidden[i] = gate / (1 + std::exp(-gate)) * up;
    }
    for (std::size_t j = 0; j < width; ++j) {
        for (std::size_t i = 0; i < inner; ++i)
            y[j] += out[(expert * width + j) * inner + i] * hidden[i];
    }
    return y;
}

/// Experts of a token by falling score, and softmax over the chosen.
std::vector<std::pair<double, std::size_t>> route(const std::vector<double>& router,
                                                  const double* x) {
    std::vector<std::pair<double, std::size_t>> scores;
    for (std::size_t e = 0; e < experts; ++e) {
        double score = 0;
        for (std::size_t k = 0; k < width; ++k) score += router[e * width + k] * x[k];
        scores.emplace_back(score, e);
    }
    std::sort(scores.rbegin(), scores.rend());
    scores.resize(chosen);
    double sum = 0;
    for (auto& each : scores) sum += each.first = std::exp(each.first);
    for (auto& each : scores) each.first /= sum;
    return scores;
}

}  // namespace

TEST_CASE("sorting tokens by expert changes nothing about the answer") {
    const ModelRequest request;
    Layers layers("mixture", request);
    const ValueId x = layers.build.input("x", tensor(Dtype::f32, {tokens, width}));
    layers.build.output(mixture(small(), layers, "experts", x), "y");
    const Graph graph = layers.build.finish();
    GraphNumbers numbers = starting_numbers(graph, 3);
    evaluate(graph, numbers);
    const auto of = [&](const char* name) {
        return elements_of(graph, numbers, find_value(graph, name));
    };
    const auto given = of("x");
    const auto y = of("y");
    std::vector<int> used(experts, 0);
    for (std::size_t t = 0; t < tokens; ++t) {
        std::vector<double> expected(width, 0);
        for (const auto& [weight, expert] : route(of("experts router weight"), &given[t * width])) {
            const auto part = through(of("experts gate and up weight"), of("experts down weight"),
                                      expert, &given[t * width]);
            for (std::size_t j = 0; j < width; ++j) expected[j] += weight * part[j];
            ++used[expert];
        }
        for (std::size_t j = 0; j < width; ++j)
            REQUIRE(y[t * width + j] == Approx(expected[j]).margin(1e-12));
    }
    REQUIRE(std::count_if(used.begin(), used.end(), [](int n) { return n > 0; }) >= 3);
}

}  // namespace assay
