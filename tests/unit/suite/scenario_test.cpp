// SPDX-License-Identifier: Apache-2.0
// Cases under load: what a suite says, what is filled in, what is refused.
#include "core/suite/scenario.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/suite/folder.hpp"

namespace assay {
namespace {

using Catch::Contains;
using test::load_text;

const std::string small = "[[gemm]]\nm = 8\nn = 8\nk = 8\n";

LoadSettings load_of(const std::string& keys) {
    return load_text(small + keys).cases.at(0).protocol.load.value();
}

std::string refused(const std::string& keys) {
    return test::refusal(small + keys);
}

TEST_CASE("a case without scenario is under no load, and its key is what it was") {
    const Case each = test::load_text(small).cases.at(0);
    CHECK_FALSE(each.protocol.load);
    CHECK_THAT(key_of(each),
               Catch::EndsWith(" measure=throughput cache=hot distribution=normal seed=1"));
}

TEST_CASE("what a scenario leaves out is filled in with its own") {
    const LoadSettings single = load_of("scenario = \"single-stream\"\n");
    CHECK(single.samples_per_query == 1);
    CHECK(single.min_queries == 64);
    CHECK(single.percentile == 0.9);
    const LoadSettings multi = load_of("scenario = \"multi-stream\"\n");
    CHECK(multi.samples_per_query == 8);
    CHECK(multi.min_queries == 662);
    CHECK(multi.percentile == 0.99);
    const LoadSettings search = load_of("scenario = \"server\"\nbound_seconds = 0.1\n");
    CHECK(is_search(search));
    CHECK(search.search_seconds == 600);
    CHECK(search.min_queries == 2010);  // ten beyond the bound, at 0.99: docs/scenarios.md
    const LoadSettings server =
        load_of("scenario = \"server\"\nbound_seconds = 0.1\nqueries_per_second = 5\n");
    CHECK_FALSE(is_search(server));
    CHECK(server.search_seconds == 0);
}

TEST_CASE("a load is part of the case's key, name and filter") {
    const Suite suite = test::load_text(
        small + "scenario = \"server\"\nbound_seconds = 0.05\nqueries_per_second = [5, 20]\n");
    REQUIRE(suite.cases.size() == 2);
    CHECK_THAT(suite.cases[1].id, Catch::EndsWith(" server 20/s p99 within 50 ms"));
    CHECK_THAT(key_of(suite.cases[0]), Contains("scenario=server"));
    CHECK(key_of(suite.cases[0]) != key_of(suite.cases[1]));
    CHECK(suite.cases[0].protocol.measure == Measure::latency);
    CHECK(select(suite, "queries_per_second>10").cases.size() == 1);
    CHECK(select(suite, "scenario=server").cases.size() == 2);
}

TEST_CASE("defaults may say how much load, a table says that there is one") {
    const Suite suite = test::load_text("[defaults]\nbound_seconds = 0.2\n" + small + small +
                                        "scenario = \"server\"\nqueries_per_second = 3\n");
    CHECK_FALSE(suite.cases.at(0).protocol.load);
    CHECK(suite.cases.at(1).protocol.load.value().bound_seconds == 0.2);
    CHECK_THAT(test::refusal("[defaults]\nscenario = \"server\"\n" + small), Contains("scenario"));
}

TEST_CASE("what makes no load is refused in one line with its place") {
    struct {
        const char *keys, *says;
    } const table[] = {
        {"scenario = \"sever\"\n", "sever"},
        {"bound_seconds = 1\n", "unknown key 'bound_seconds'"},
        {"scenario = \"server\"\n", "server needs bound_seconds"},
        {"scenario = \"single-stream\"\nbound_seconds = 1\n", "bound_seconds is of server"},
        {"scenario = \"offline\"\n", "offline needs samples_per_query"},
        {"scenario = \"offline\"\nsamples_per_query = 8\nmin_queries = 2\n", "one query"},
        {"scenario = \"offline\"\nsamples_per_query = 8\nmeasure = \"latency\"\n", "'measure'"},
        {"scenario = \"offline\"\nsamples_per_query = 8\ncache = \"cold\"\n", "'cache'"},
        {"scenario = \"single-stream\"\npercentile = 1.0\n", "percentile must be 0.5 to 0.9999"},
        {"scenario = \"single-stream\"\nmin_seconds = nan\n", "min_seconds must be"},
        {"scenario = \"single-stream\"\nmin_queries = -1\n", "min_queries must be 1 to 1e6"},
        {"scenario = \"server\"\nbound_seconds = 1\nqueries_per_second = 1e-9\n",
         "more than a day"},
        {"scenario = \"server\"\nbound_seconds = 1\nqueries_per_second = 1e5\nmin_seconds = 100\n",
         "more than 1000000 queries"},
        {"scenario = \"server\"\nbound_seconds = 1\nqueries_per_second = 1\nsearch_seconds = 9\n",
         "leave out queries_per_second"},
    };
    for (const auto& row : table) {
        INFO(row.keys);
        const std::string said = refused(row.keys);
        CHECK_THAT(said, Catch::StartsWith("a.toml:"));
        CHECK_THAT(said, Contains(row.says));
    }
}

TEST_CASE("a query holds whole invocations") {
    LoadSettings load;
    load.scenario = Scenario::multi_stream;
    CHECK(invalid(settled(load, 4), 4).empty());
    CHECK(settled(load, 4).samples_per_query == 8);
    CHECK_THAT(invalid(settled(load, 3), 3), Contains("no multiple of the batch of 3"));
    load.scenario = Scenario::single_stream;
    CHECK(settled(load, 3).samples_per_query == 3);
}

}  // namespace
}  // namespace assay
