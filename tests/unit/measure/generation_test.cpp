// SPDX-License-Identifier: Apache-2.0
// Text generation: a tiny decoder on the reference plugin, where its tokens are right, and on the
// simulated one, where the time of every token is known.
#include "core/result/generation.hpp"

#include <algorithm>
#include <numeric>

#include <catch2/catch.hpp>

#include "core/graph/evaluate.hpp"
#include "core/measure/generator.hpp"
#include "tests/unit/measure/tiny_models.hpp"

namespace assay {
namespace {

Inference asked(std::int64_t batch, std::int64_t tokens, std::int64_t output_tokens) {
    Inference run;
    run.model = "tiny";
    run.batch = batch;
    run.tokens = tokens;
    run.output_tokens = output_tokens;
    return run;
}

Case generating(const Inference& run, std::int64_t queries = 8) {
    Case each = model_case(decoder, run);
    each.protocol.measure = Measure::latency;
    LoadSettings load;
    load.scenario = Scenario::generate;
    load.min_queries = queries;
    load.min_seconds = 1e-6;
    each.protocol.load = settled(load, run.batch);
    REQUIRE(invalid(*each.protocol.load, run.batch).empty());
    return each;
}

/// The tokens that exact arithmetic gives, each by a prompt of all before it: no cache at all.
Tokens truth(const Inference& run, const Tokens& prompt) {
    Case each;
    each.model_text = decoder;
    each.model_file = "models/tiny.toml";
    each.workload = run;
    const Model model = model_of(each);
    std::vector<std::vector<double>> sequences;
    for (std::int64_t s = 0; s < run.batch; ++s) {
        const auto from = prompt.begin() + s * run.tokens;
        sequences.emplace_back(from, from + run.tokens);
    }
    Tokens tokens;
    for (std::int64_t i = 0; i < *run.output_tokens; ++i) {
        Inference plain = run;
        plain.output_tokens.reset();
        plain.tokens = run.tokens + i;
        const Graph graph = graph_of(model, plain);
        std::vector<double> given;
        for (const auto& each_one : sequences)
            given.insert(given.end(), each_one.begin(), each_one.end());
        GraphNumbers numbers = starting_numbers(graph, 1, {{"tokens", given}});
        evaluate(graph, numbers);
        const auto& next = numbers[static_cast<std::size_t>(find_value(graph, "next token"))];
        for (std::size_t s = 0; s < sequences.size(); ++s) {
            sequences[s].push_back(next[s]);
            tokens.push_back(static_cast<std::int32_t>(next[s]));
        }
    }
    return tokens;
}

}  // namespace

TEST_CASE("a generator's tokens are those of ever longer prompts in exact arithmetic",
          "[measure][generation]") {
    const Device device = reference().open(0, {});
    const Queue queue = device.queue();
    const Inference run = asked(2, 5, 7);
    Case each;
    each.model_text = decoder;
    each.model_file = "models/tiny.toml";
    each.workload = run;
    Generator generator(model_of(each), run, 1, {device, queue});
    for (const std::uint64_t query : {0U, 1U}) {
        const Tokens found = generator.generate(query);
        CHECK(found == truth(run, generator.prompt(query)));
        CHECK(std::ranges::all_of(found, [](std::int32_t t) { return t >= 0 && t < 50; }));
    }
    CHECK(generator.prompt(0) != generator.prompt(1));
    CHECK(generator.prompt(0) == generator.prompt(0));
    // The cache of the query before leaves no trace.
    const Tokens again = generator.generate(0);
    CHECK(again == truth(run, generator.prompt(0)));
    CHECK(generator.token_ns().size() == 7);
    CHECK(std::ranges::is_sorted(generator.token_ns()));
}

TEST_CASE("a generation is checked, measured by the token and answered again",
          "[measure][generation]") {
    for (const std::int64_t depth : {0, 6}) {
        Inference run = asked(2, 6, 5);
        run.depth = depth;
        const CaseRecord record = on_reference(generating(run));
        INFO(record.outcome.reason);
        REQUIRE(record.outcome.state == State::measured);
        CHECK_THAT(record.check->method,
                   Catch::Contains("the last step: ") && Catch::Contains("the prompt: ") &&
                       Catch::Contains("twin's") && Catch::Contains("the same"));
        CHECK(record.check->rms_error < record.check->rms_limit);
        CHECK_THAT(record.check_after->method,
                   Catch::Contains("2 queries answered again: the same"));
        const GenerationRecord& generation = record.load.value().generation.value();
        CHECK(generation.first_token_ns.size() == record.sample->readings_ns.size());
        CHECK(generation.next_token_ns.size() == 4 * generation.first_token_ns.size());
        CHECK_THAT(record.prepared->path, Catch::Contains("one graph for all depths"));
    }
}

TEST_CASE("of a device of known times every token's time is known", "[measure][generation]") {
    const Case each = generating(asked(1, 6, 5));
    const GenerationGraphs graphs =
        generation_graphs(model_of(each), std::get<Inference>(each.workload));
    const auto prompt_ns = 1000.0 * static_cast<double>(graphs.prompt.nodes.size());
    const auto step_ns = 1000.0 * static_cast<double>(graphs.decode.nodes.size());
    const CaseRecord record = run_one(each, {{"median_ns", "1000"}});
    INFO(record.outcome.reason);
    REQUIRE(record.outcome.state == State::measured);
    const GenerationRecord& generation = record.load.value().generation.value();
    const auto is = [](double expected) {
        return [expected](double ns) { return ns == Approx(expected); };
    };
    CHECK(generation.first_token_ns.size() >= 8);
    CHECK(std::ranges::all_of(generation.first_token_ns, is(prompt_ns)));
    CHECK(std::ranges::all_of(generation.next_token_ns, is(step_ns)));
    CHECK(std::ranges::all_of(record.sample->readings_ns, is(prompt_ns + 4 * step_ns)));
}

TEST_CASE("a device that errs after its check gets no number for its tokens",
          "[measure][generation]") {
    // Each operator of the decoding graph runs 4 times a query: the checks take some 40, the load
    // of 200 queries 800.
    const CaseRecord record =
        run_one(generating(asked(1, 6, 5), 200), {{"fault", "zeros"}, {"fault_after", "300"}});
    CHECK(record.outcome.state == State::failed);
    CHECK_THAT(record.outcome.reason, Catch::Contains("wrong answer"));
    CHECK_FALSE(record.load);
    const CaseRecord at_once = run_one(generating(asked(1, 6, 5)), {{"fault", "zeros"}});
    CHECK_THAT(at_once.outcome.reason, Catch::Contains("wrong answer: node '"));
}

TEST_CASE("a query of one token has a first one only", "[measure][generation]") {
    const CaseRecord record = run_one(generating(asked(1, 6, 1)), {{"median_ns", "1000"}});
    INFO(record.outcome.reason);
    REQUIRE(record.outcome.state == State::measured);
    CHECK(record.load->generation->next_token_ns.empty());
    CHECK(token_times_ns(record, TokenTime::per_output).empty());
}

TEST_CASE("a generation counts its prompt once and each step at its depth",
          "[measure][generation]") {
    const auto counts = [](const Inference& run) {
        Case each;
        each.model_text = decoder;
        each.model_file = "models/tiny.toml";
        each.workload = run;
        count(each);
        return std::get<Inference>(each.workload);
    };
    const Inference all = counts(asked(1, 6, 3));
    Inference prompt = asked(1, 6, 1), first = asked(1, 1, 1), second = asked(1, 1, 1);
    prompt.output_tokens.reset();
    first.output_tokens.reset();
    second.output_tokens.reset();
    first.depth = 6;
    second.depth = 7;
    CHECK(all.flop ==
          Approx(counts(prompt).flop + counts(first).flop + counts(second).flop).epsilon(1e-12));
    // Long ones are summed by lines; a window of 7 tokens bends the line.
    for (const char* window : {"", "window = 7\n"}) {
        const auto windowed = [&](Inference run) {
            Case each;
            each.model_text = decoder + window;
            each.model_file = "models/tiny.toml";
            each.workload = run;
            count(each);
            return std::get<Inference>(each.workload);
        };
        const Inference many = windowed(asked(1, 3, 40));
        Inference part = asked(1, 3, 1);
        part.output_tokens.reset();
        double flop = windowed(part).flop, bytes = windowed(part).least_bytes;
        part.tokens = 1;
        for (part.depth = 3; part.depth < 42; ++part.depth) {
            flop += windowed(part).flop;
            bytes += windowed(part).least_bytes;
        }
        CHECK(many.flop == Approx(flop).epsilon(1e-9));
        CHECK(many.least_bytes == Approx(bytes).epsilon(1e-9));
    }
    CHECK(all.units == 3);
    CHECK(all.unit == "tokens");
    CHECK(all.weight_bytes == counts(prompt).weight_bytes);
}

}  // namespace assay
