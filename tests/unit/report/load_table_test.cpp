// SPDX-License-Identifier: Apache-2.0
// What is printed of cases under load, character by character.
#include "core/report/load_table.hpp"

#include <catch2/catch.hpp>

#include "core/report/report.hpp"
#include "tests/unit/result/made_up.hpp"

using namespace assay;

namespace {

Run loads() {
    Run run = made_up::run(0);
    LoadSettings server{.scenario = Scenario::server, .min_queries = 1000, .bound_seconds = 0.1};
    for (int pass = 0; pass < 2; ++pass) {
        run.records.push_back(made_up::under_load(0, pass, {}, 0.01));
        run.records.push_back(made_up::under_load(1, pass, server, 0.01));
        LoadSettings at_rate = server;
        at_rate.queries_per_second = 100;
        run.records.push_back(made_up::under_load(2, pass, at_rate, pass == 0 ? 0.05 : 0.2));
        run.records.push_back(made_up::under_load(
            3, pass, {.scenario = Scenario::offline, .samples_per_query = 500}, 5));
    }
    return run;
}

std::vector<std::string> verdicts(const Run& run) {
    std::vector<std::string> texts;
    for (const CaseSummary& each : summarise(run)) texts.push_back(load_verdict_text(each));
    return texts;
}

}  // namespace

TEST_CASE("each scenario says what it is for", "[report][load]") {
    CHECK(verdicts(loads()) == std::vector<std::string>{"p90 within 10.00 ms",
                                                        "sustains 100 to 110 queries/s (94 %)",
                                                        "met in 1 of 2 passes, missed in 1", "-"});
}

TEST_CASE("too few queries are no estimate", "[report][load]") {
    Run run = made_up::run(0);
    run.records = {made_up::under_load(0, 0, {.min_queries = 50}, 0.01)};
    CHECK(verdicts(run) == std::vector<std::string>{"p90 n/a (n=50 < 64)"});
}

TEST_CASE("the table of loads stands under that of the run", "[report][load]") {
    const std::string text = run_table(loads(), Dialect::terminal);
    CHECK_THAT(text, Catch::Contains("under load"));
    CHECK_THAT(text, Catch::Contains("met in 1 of 2 passes, missed in 1"));
    CHECK_THAT(run_table(made_up::run(2), Dialect::terminal), !Catch::Contains("under load"));
    CHECK_THAT(run_csv(loads()), Catch::Contains("sustains 100 to 110 queries/s (94 %)"));
    CHECK_THAT(run_json(loads()), Catch::Contains("\"queries_per_second\": 100"));
}

TEST_CASE("text generation has a table of its own, with columns in CSV and JSON",
          "[report][load][generation]") {
    Run run = made_up::run(0);
    for (int pass = 0; pass < 2; ++pass) {
        run.records.push_back(made_up::generated(0, pass, 41, 4, 1, 0.1));
    }
    const std::string text = run_table(run, Dialect::terminal);
    CHECK_THAT(text, Catch::Contains("generation") && Catch::Contains("TTFT p50") &&
                         Catch::Contains("TPOT p99"));
    CHECK_THAT(text, Catch::Contains("5.333") && Catch::Contains("1.200 s") &&
                         Catch::Contains("100.0 ms") && Catch::Contains("n/a (n"));
    CHECK_THAT(run_csv(run),
               Catch::Contains("ttft_p50_seconds") && Catch::Contains(",82,5.333333333333333,1.2"));
    CHECK_THAT(run_json(run), Catch::Contains("time_to_first_token_seconds"));
    CHECK_THAT(run_table(made_up::run(2), Dialect::terminal), !Catch::Contains("TTFT"));
}
