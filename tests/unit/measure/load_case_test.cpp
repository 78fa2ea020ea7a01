// SPDX-License-Identifier: Apache-2.0
// Cases under load on the simulated device: what a queue of known service times must come to.
#include "core/measure/load_case.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "core/result/load_summary.hpp"
#include "on_simulated.hpp"

using namespace assay;

namespace {

Case under_load(LoadSettings load) {
    Case each = gemm_case(8, 8, 8);
    each.protocol.load = settled(load, 1);
    REQUIRE(invalid(*each.protocol.load, 1).empty());
    const bool at_once = load.scenario == Scenario::offline;
    each.protocol.measure = at_once ? Measure::throughput : Measure::latency;
    return each;
}

LoadSettings server(double queries_per_second, double bound_seconds) {
    return {.scenario = Scenario::server,
            .min_queries = 2000,
            .queries_per_second = queries_per_second,
            .bound_seconds = bound_seconds};
}

const KeyValues one_millisecond{{"median_ns", "1000000"}};

LoadSummary summary_of(const CaseRecord& record) {
    const CaseRecord* one = &record;
    return load_summary(record.protocol, std::span(&one, 1)).value();
}

}  // namespace

TEST_CASE("single-stream reads the latency of each query", "[measure][load]") {
    const CaseRecord record = run_one(under_load({.min_queries = 100}), one_millisecond);
    INFO(record.outcome.reason);
    REQUIRE(record.outcome.state == State::measured);
    const SampleRecord& sample = record.sample.value();
    CHECK(sample.metric == "latency");
    CHECK(sample.clock == "virtual");
    CHECK(sample.readings_ns.size() >= 100);
    CHECK(std::ranges::all_of(sample.readings_ns, [](double ns) { return ns == 1e6; }));
    CHECK(summary_of(record).tail.value == Approx(1e-3));
    CHECK(summary_of(record).samples_per_second == Approx(1000));
    CHECK(record.check_after.value().passed);
}

TEST_CASE("multi-stream serves eight samples in a query, offline all in one", "[measure][load]") {
    const CaseRecord multi = run_one(
        under_load({.scenario = Scenario::multi_stream, .min_queries = 700}), one_millisecond);
    REQUIRE(multi.outcome.state == State::measured);
    CHECK(multi.sample->readings_ns.front() == 8e6);
    CHECK(multi.sample->invocations == 8);
    const CaseRecord offline = run_one(
        under_load({.scenario = Scenario::offline, .samples_per_query = 500}), one_millisecond);
    REQUIRE(offline.outcome.state == State::measured);
    CHECK(offline.sample->metric == "time");
    CHECK(offline.sample->readings_ns == std::vector<double>{500e6});
    CHECK(summary_of(offline).samples_per_second == Approx(1000));
}

TEST_CASE("a server at a third of its capacity keeps its bound, at twice it it does not",
          "[measure][load]") {
    const CaseRecord calm = run_one(under_load(server(333, 0.01)), one_millisecond);
    REQUIRE(calm.outcome.state == State::measured);
    CHECK(std::ranges::min(calm.sample->readings_ns) == 1e6);
    CHECK(std::ranges::max(calm.sample->readings_ns) > 1.5e6);  // some had to wait
    CHECK(summary_of(calm).met == 1);
    CHECK(calm.load->schedule_sha256.size() == 64);
    const CaseRecord flooded = run_one(under_load(server(2000, 0.01)), one_millisecond);
    REQUIRE(flooded.outcome.state == State::measured);
    CHECK(summary_of(flooded).missed == 1);
    CHECK(summary_of(flooded).samples_per_second == Approx(1000).epsilon(0.01));
}

TEST_CASE("every pass has a schedule of its own, and the same job the same one",
          "[measure][load]") {
    Job job = job_of({under_load(server(333, 0.01))});
    const auto schedule = [&] {
        return run_simulated(job, one_millisecond).at(0).load.value().schedule_sha256;
    };
    const std::string first = schedule();
    CHECK(schedule() == first);
    job.pass = 1;
    CHECK(schedule() != first);
}

TEST_CASE("a search finds the rate that a queue of known service time sustains",
          "[measure][load]") {
    LoadSettings load = server(0, 0.005);
    load.min_queries = 20000;
    load.search_seconds = 3600;
    const CaseRecord record = run_one(under_load(load), one_millisecond);
    INFO(record.outcome.reason);
    REQUIRE(record.outcome.state == State::measured);
    const SearchRecord& search = record.load.value().search.value();
    // M/D/1 (Crommelin 1932): P(wait <= 4 services) = 0.99 at 0.5608 of the capacity of 1000/s.
    // The claim is proven, so below it; the seed of the test is fixed.
    CHECK(search.queries_per_second > 0.85 * 560.8);
    CHECK(search.queries_per_second <= 560.8);
    CHECK(search.upper_queries_per_second >= 560.8);
    CHECK(record.sample->readings_ns.front() == Approx(1e9 / search.queries_per_second));
    CHECK(search.trials.size() > 10);
    CHECK(summary_of(record).claimed == search.queries_per_second);
}

TEST_CASE("a bound below one service time has no rate, and the case says so", "[measure][load]") {
    LoadSettings load = server(0, 0.0005);
    const CaseRecord record = run_one(under_load(load), one_millisecond);
    CHECK(record.outcome.state == State::failed);
    CHECK_THAT(record.outcome.reason, Catch::Contains("one query alone takes 1 ms"));
    CHECK_FALSE(record.sample);
    CHECK_FALSE(record.load);
}

TEST_CASE("a wrong answer under load is no number", "[measure][load]") {
    KeyValues options = one_millisecond;
    options.push_back({"fault", "zeros"});
    options.push_back({"fault_after", "200"});
    const CaseRecord record = run_one(under_load({.min_queries = 1000}), options);
    CHECK(record.outcome.state == State::failed);
    CHECK_THAT(record.outcome.reason, Catch::Contains("wrong answer"));
    CHECK_FALSE(record.load);
}

TEST_CASE("a load that would outlast its cap is skipped with what to do", "[measure][load]") {
    Case each = under_load({.min_seconds = 100});
    each.max_seconds = 20;
    const CaseRecord record = run_one(each, {{"timer", "host"}});
    CHECK(record.outcome.state == State::skipped);
    CHECK_THAT(record.outcome.reason, Catch::Contains("set max_seconds"));
}

TEST_CASE("in real time the generator stands on a thread of its own", "[measure][load]") {
    KeyValues options{{"timer", "host"}};
    LoadSettings load = server(500, 30);  // so wide that no machine is too slow for it
    load.min_queries = 200;
    load.min_seconds = 0.1;
    const CaseRecord record = run_one(under_load(load), options);
    INFO(record.outcome.reason);
    REQUIRE(record.outcome.state == State::measured);
    CHECK(record.sample->clock == "host");
    CHECK(record.load->queries == 200);
    CHECK(record.load->worst_issue_delay_s >= 0);
}
