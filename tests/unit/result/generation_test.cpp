// SPDX-License-Identifier: Apache-2.0
// Text generation read back: what passes say together, and records that contradict themselves.
#include "core/result/generation.hpp"

#include <functional>

#include <catch2/catch.hpp>

#include "core/result/json_records.hpp"
#include "core/result/load_check.hpp"
#include "tests/unit/result/made_up.hpp"

using namespace assay;

TEST_CASE("TTFT and TPOT are of queries, in each pass and over passes", "[result][generation]") {
    // 41 queries: first tokens after 1.00, 1.01 … 1.40 s, then 3 tokens 0.1 s apart.
    const CaseSummary summary = made_up::summary_of(
        {made_up::generated(0, 0, 41, 4, 1, 0.1), made_up::generated(0, 1, 41, 4, 1, 0.1)});
    const GenerationSummary found = generation_summary(summary).value();
    CHECK(found.queries == 82);
    REQUIRE(found.first.size() == 3);
    CHECK(found.first[0].time.center == Approx(1.2));
    CHECK(found.first[1].time.center == Approx(1.36));  // the 37th: ceil(0.9 * 41)
    CHECK(found.first[1].note == "low n");
    CHECK_THAT(found.first[2].note, Catch::StartsWith("n/a (n"));  // p99 needs 368
    CHECK(found.per_output[0].time.center == Approx(0.1));
    // Two sequences of four tokens; a query takes 1.2 + 0.3 s in the mean.
    CHECK(found.tokens_per_second == Approx(8 / 1.5));
    CHECK(found.prompt_tokens_per_second == Approx(12 / 1.2));
}

TEST_CASE("one token has no time per output token", "[result][generation]") {
    const CaseSummary summary = made_up::summary_of({made_up::generated(0, 0, 10, 1, 1, 0.1)});
    CHECK(generation_summary(summary)->per_output.empty());
    CHECK_FALSE(token_case(summary, TokenTime::per_output));
    CHECK(token_case(summary, TokenTime::first)->time.center == Approx(1.045));
}

TEST_CASE("a case without tokens has no generation", "[result][generation]") {
    const CaseSummary summary = made_up::summary_of({made_up::measured(0, 0, made_up::gemm(8), 1)});
    CHECK_FALSE(generation_summary(summary));
    CHECK_FALSE(token_case(summary, TokenTime::first));
}

TEST_CASE("records of tokens that contradict themselves are faults", "[result][generation]") {
    const CaseRecord sound = made_up::generated(0, 0, 3, 4, 1, 0.1);
    CHECK(load_fault(sound).empty());
    const std::vector<std::pair<const char*, std::function<void(CaseRecord&)>>> faults{
        {"is no answer to its protocol", [](auto& r) { r.load->generation.reset(); }},
        {"has not the tokens of its queries",
         [](auto& r) { r.load->generation->next_token_ns.pop_back(); }},
        {"has not the tokens of its queries",
         [](auto& r) { r.load->generation->first_token_ns.push_back(1); }},
        {"has a token after its query was done",
         [](auto& r) { r.load->generation->next_token_ns[4] += 1e6; }},
        {"generates tokens that nobody asked for",
         [](auto& r) { std::get<Inference>(r.workload).output_tokens.reset(); }}};
    for (const auto& [said, spoil] : faults) {
        CaseRecord record = sound;
        spoil(record);
        CHECK(load_fault(record) == said);
    }
}

TEST_CASE("output_tokens are in a key only where there are any", "[result][generation]") {
    Inference run;
    run.model = "tiny";
    CHECK_THAT(key_of(Workload(run)), !Catch::Contains("output_tokens"));
    run.output_tokens = 4;
    CHECK_THAT(key_of(Workload(run)), Catch::Contains(" output_tokens=4 "));
    const CaseRecord record = made_up::generated(0, 0, 3, 4, 1, 0.1);
    CHECK(record.key.find("scenario=generate") != std::string::npos);
}
