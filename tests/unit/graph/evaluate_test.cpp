// SPDX-License-Identifier: Apache-2.0
// Small twins of the shipped models, computed in double.
#include "core/graph/evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <catch2/catch.hpp>

#include "core/base/error.hpp"
#include "core/graph/families/build.hpp"
#include "tests/unit/graph/models.hpp"

namespace assay {

namespace {

using Given = std::map<std::string, std::vector<double>>;

constexpr std::int64_t room = 12;  // tokens that the caches hold

/// What is left in memory after a run.
struct Ran {
    Graph graph;
    GraphNumbers numbers;

    [[nodiscard]] std::vector<double> of(const std::string& name) const {
        return elements_of(graph, numbers, find_value(graph, name));
    }
    /// The states, for a run that goes on.
    [[nodiscard]] Given states() const {
        Given found;
        for (const ValueId id : values_of(graph, ValueKind::state)) {
            const std::string& name = graph.values[static_cast<std::size_t>(id)].name;
            found[name] = of(name);
        }
        return found;
    }
};

Ran run(const Model& model, const ModelRequest& request, const Given& given = {}) {
    Ran ran{build(model, request), {}};
    ran.numbers = starting_numbers(ran.graph, 1, given);
    evaluate(ran.graph, ran.numbers);
    return ran;
}

/// Tokens first … last of two sequences, from a fixed list.
std::vector<double> tokens(std::int64_t first, std::int64_t last) {
    std::vector<double> list;
    for (std::int64_t sequence = 0; sequence < 2; ++sequence) {
        for (std::int64_t i = first; i < last; ++i)
            list.push_back(static_cast<double>((7 + 11 * i + 23 * sequence + i * i) % 61));
    }
    return list;
}

Ran run_tokens(const Model& model, std::int64_t first, std::int64_t last, Given given = {}) {
    ModelRequest request = test::small_request(2, last - first);
    request.depth = first;
    request.capacity = room;
    given["tokens"] = tokens(first, last);
    return run(model, request, given);
}

void require_near(const std::vector<double>& a, const std::vector<double>& b) {
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) REQUIRE(a[i] == Approx(b[i]).margin(1e-9));
}

}  // namespace

TEST_CASE("a token decoded after a prompt gives what a longer prompt gives") {
    const std::string name = GENERATE(as<std::string>{}, "llama_3_2_1b", "llama_3_1_8b",
                                      "qwen2_5_0_5b", "mistral_7b", "mixtral_8x7b");
    CAPTURE(name);
    const Model model = twin(test::shipped(name));
    const Ran whole = run_tokens(model, 0, 8);
    const Ran prompt = run_tokens(model, 0, 7);
    const Ran decoded = run_tokens(model, 7, 8, prompt.states());
    require_near(decoded.of("logits"), whole.of("logits"));
}

TEST_CASE("a prompt in two pieces gives what it gives whole") {
    const std::string name =
        GENERATE(as<std::string>{}, "llama_3_2_1b", "mistral_7b", "mixtral_8x7b");
    const Model model = twin(test::shipped(name));
    const Ran first = run_tokens(model, 0, 3);
    const Ran rest = run_tokens(model, 3, 8, first.states());
    require_near(rest.of("logits"), run_tokens(model, 0, 8).of("logits"));
}

TEST_CASE("an earlier token changes the decoded one") {
    const Model model = twin(test::shipped("llama_3_2_1b"));
    const Ran prompt = run_tokens(model, 0, 7);
    Given other = prompt.states();
    other.begin()->second[0] += 1;  // one key of the first layer
    const auto changed = run_tokens(model, 7, 8, other).of("logits");
    REQUIRE(changed != run_tokens(model, 7, 8, prompt.states()).of("logits"));
}

TEST_CASE("every small model gives finite numbers of a sensible size") {
    for (const Model& model : test::all_shipped()) {
        CAPTURE(model.name);
        const Ran ran = run(twin(model), test::small_request(2, 5));
        for (const ValueId id : values_of(ran.graph, ValueKind::output)) {
            double largest = 0;
            for (const double each : ran.numbers[static_cast<std::size_t>(id)]) {
                REQUIRE(std::isfinite(each));
                largest = std::max(largest, std::abs(each));
            }
            REQUIRE(largest > 1e-3);
            REQUIRE(largest < 1e3);
        }
    }
}

TEST_CASE("the next token is the largest logit of each sequence") {
    ModelRequest request = test::small_request(2, 5);
    request.next_token = true;
    const Ran ran = run(twin(test::shipped("llama_3_2_1b")), request);
    const auto logits = ran.of("logits");
    const auto next = ran.of("next token");
    for (std::size_t sequence = 0; sequence < 2; ++sequence) {
        const auto begin = logits.begin() + static_cast<std::ptrdiff_t>(sequence * 61);
        REQUIRE(next[sequence] == static_cast<double>(std::max_element(begin, begin + 61) - begin));
    }
}

TEST_CASE("each sequence and image of a batch is computed alone") {
    const std::string name =
        GENERATE(as<std::string>{}, "bert_base", "vit_b_16", "resnet_50", "dlrm_kaggle",
                 "sd_1_5_unet_block", "whisper_base_encoder", "mixtral_8x7b");
    CAPTURE(name);
    const Model model = twin(test::shipped(name));
    const Ran both = run(model, test::small_request(2, 5));
    Given first;
    for (const ValueId id : values_of(both.graph, ValueKind::input)) {
        const std::string& input = both.graph.values[static_cast<std::size_t>(id)].name;
        auto numbers = both.of(input);
        numbers.resize(numbers.size() / 2);
        first[input] = numbers;
    }
    const Ran one = run(model, test::small_request(1, 5), first);
    for (const ValueId id : values_of(one.graph, ValueKind::output)) {
        const std::string& output = one.graph.values[static_cast<std::size_t>(id)].name;
        auto expected = both.of(output);
        expected.resize(expected.size() / 2);
        require_near(one.of(output), expected);
    }
}

TEST_CASE("scaled weights are near to what they stand for, and finite") {
    ModelRequest request = test::small_request(1, 4);
    request.types = {.weights = Dtype::i4, .scaling = Scaling::block, .scale_block = 8};
    const Ran ran = run(twin(test::shipped("llama_3_2_1b")), request);
    for (const double each : ran.of("logits")) REQUIRE(std::abs(each) < 100);
}

TEST_CASE("Llama 3's frequencies keep the high, divide the low and blend between") {
    // head 64, base 500000, factor 32, original 8192, low 1, high 4.
    const auto model = std::get<Decoder>(test::shipped("llama_3_2_1b").family);
    const auto frequencies = inverse_frequencies(model);
    const auto plain = [](int i) { return std::pow(500000.0, -i / 32.0); };
    REQUIRE(frequencies.size() == 32);
    REQUIRE(frequencies[0] == 1);
    REQUIRE(frequencies[10] == Approx(plain(10)));       // wavelength 379 < 8192 / 4
    REQUIRE(frequencies[31] == Approx(plain(31) / 32));  // wavelength 2.1e6 > 8192
    // Wavelength of i = 15: 2 pi 500000^(15/32) = 2952: share (8192 / 2952 - 1) / 3 = 0.592.
    const double share = (8192 / (2 * std::numbers::pi / plain(15)) - 1) / 3;
    REQUIRE(share == Approx(0.592).margin(0.001));
    REQUIRE(frequencies[15] == Approx(plain(15) * (share + (1 - share) / 32)));
}

TEST_CASE("numbers given for a value that is not there are refused") {
    const Model model = twin(test::shipped("llama_3_2_1b"));
    REQUIRE_THROWS_AS(run(model, test::small_request(1, 2), {{"nothing", {1}}}), Error);
    REQUIRE_THROWS_AS(run(model, test::small_request(1, 2), {{"tokens", {1, 2, 3}}}), Error);
}

}  // namespace assay
