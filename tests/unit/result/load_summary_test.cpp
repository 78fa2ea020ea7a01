// SPDX-License-Identifier: Apache-2.0
// Loads read back: verdicts over passes, and records that contradict themselves.
#include "core/result/load_summary.hpp"

#include <functional>

#include <catch2/catch.hpp>

#include "core/result/json_records.hpp"
#include "core/result/summary.hpp"
#include "tests/unit/result/made_up.hpp"

using namespace assay;

namespace {

LoadSettings server(double queries_per_second) {
    return {.scenario = Scenario::server,
            .min_queries = 1000,
            .queries_per_second = queries_per_second,
            .bound_seconds = 0.1};
}

}  // namespace

TEST_CASE("a pass keeps its bound when enough of its queries do", "[result][load]") {
    CaseRecord record = made_up::under_load(0, 0, server(100), 0.05);
    CHECK(load_verdict(*record.protocol.load, record).kept == Kept::met);
    for (std::size_t i = 0; i < 30; ++i) record.sample->readings_ns[i * 7] = 0.2e9;
    CHECK(load_verdict(*record.protocol.load, record).over == 30);
    CHECK(load_verdict(*record.protocol.load, record).kept == Kept::missed);
}

TEST_CASE("a query that was never done is beyond the bound, in its own window", "[result][load]") {
    LoadSettings strict = server(100);
    strict.scenario = Scenario::server_strict;
    CaseRecord record = made_up::under_load(0, 0, strict, 0.05);
    // The last 60 are lost: a clump, so worth less than 60 independent ones.
    for (std::int64_t i = record.load->queries - 60; i < record.load->queries; ++i) {
        record.load->unfinished.push_back(i);
        record.sample->readings_ns.pop_back();
    }
    const LoadVerdict verdict = load_verdict(*record.protocol.load, record);
    CHECK(verdict.over == 60);
    CHECK(verdict.tau > 10);
    CHECK(verdict.kept != Kept::met);
}

TEST_CASE("passes are counted, their rates averaged", "[result][load]") {
    std::vector<CaseRecord> records;
    for (int pass = 0; pass < 3; ++pass) {
        records.push_back(made_up::under_load(0, pass, server(100), pass == 2 ? 0.2 : 0.05));
    }
    const CaseSummary summary = made_up::summary_of(records);
    REQUIRE(summary.load);
    CHECK(summary.load->passes == 3);
    CHECK(summary.load->met == 2);
    CHECK(summary.load->missed == 1);
    CHECK(summary.load->samples_per_second == Approx(100).epsilon(0.1));
    // The rate is of the queries that were served, not of one query's latency.
    CHECK(*summary.rate == Approx(flop(summary.workload) * summary.load->samples_per_second));
    CHECK(summary.time.center == Approx(0.05 * std::cbrt(4.0)));
}

TEST_CASE("the worst pass speaks for a stream, the lowest claim for a search", "[result][load]") {
    LoadSettings single;
    std::vector<CaseRecord> streams{made_up::under_load(0, 0, single, 0.01),
                                    made_up::under_load(0, 1, single, 0.03)};
    CHECK(made_up::summary_of(streams).load->tail.value == Approx(0.03));
    single.min_queries = 20;
    streams.push_back(made_up::under_load(0, 2, single, 0.02));
    CHECK_FALSE(made_up::summary_of(streams).load->tail.available());

    std::vector<CaseRecord> searches{made_up::under_load(0, 0, server(0), 0.01),
                                     made_up::under_load(0, 1, server(0), 0.02)};
    const CaseSummary found = made_up::summary_of(searches);
    CHECK(found.load->claimed == Approx(50));
    CHECK(found.load->upper == Approx(110));
    CHECK(found.load->samples_per_second == Approx(75));
    searches[0].load->search->upper_queries_per_second = 0;
    CHECK(made_up::summary_of(searches).load->upper == 0);
}

TEST_CASE("a load comes back as it was written", "[result][load]") {
    for (const LoadSettings& settings : {LoadSettings{}, server(100), server(0)}) {
        const CaseRecord record = made_up::under_load(0, 0, settings, 0.05);
        const CaseRecord read = case_from_json(to_json(record), "a.jsonl:2");
        CHECK(read.protocol == record.protocol);
        CHECK(to_json(read) == to_json(record));
    }
}

TEST_CASE("a load that contradicts its protocol or its sample is refused", "[result][load]") {
    struct {
        LoadSettings settings;
        std::function<void(CaseRecord&)> spoil;
        const char* says;
    } const table[] = {
        {server(100), [](CaseRecord& each) { each.load->schedule_seed += 1; }, "schedule"},
        {server(100), [](CaseRecord& each) { each.load->schedule_sha256[0] ^= 1; },
         "hash of another schedule"},
        {server(100), [](CaseRecord& each) { each.load->queries += 1; }, "one reading for each"},
        {server(100), [](CaseRecord& each) { each.load.reset(); }, "is missing beside its sample"},
        {server(100), [](CaseRecord& each) { each.load->search.emplace(); }, "no answer"},
        {server(0), [](CaseRecord& each) { each.load->search.reset(); }, "no answer"},
        {server(0), [](CaseRecord& each) { each.load->search->queries_per_second *= 2; },
         "not the time of a query"},
        {{},
         [](CaseRecord& each) {
             each.sample->readings_ns.pop_back();
             each.sample->turns = {};
             each.load->unfinished = {64};
         },
         "unfinished queries wrongly"},
        {{}, [](CaseRecord& each) { each.sample->invocations = 2; }, "invocations of a query"},
    };
    for (const auto& row : table) {
        INFO(row.says);
        CaseRecord record = made_up::under_load(0, 0, row.settings, 0.05);
        row.spoil(record);
        CHECK_THROWS_WITH(case_from_json(to_json(record), "a.jsonl:2"),
                          Catch::Contains("load") && Catch::Contains(row.says));
    }
    CaseRecord plain = made_up::measured(0, 0, made_up::gemm(64), 0.05);
    plain.load.emplace();
    CHECK_THROWS_WITH(case_from_json(to_json(plain), "a.jsonl:2"),
                      Catch::Contains("the protocol asks for none"));
}
