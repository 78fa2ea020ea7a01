// SPDX-License-Identifier: Apache-2.0
// The load generator before servers in virtual time whose waiting times queueing theory knows.
#include "core/measure/load.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <catch2/catch.hpp>

#include "core/base/error.hpp"
#include "core/measure/load_result.hpp"
#include "core/stat/sample.hpp"
#include "core/workload/arrivals.hpp"
#include "tests/queue_server.hpp"

using namespace assay;
using assay_tests::QueueServer;
using assay_tests::served;
using assay_tests::Service;

namespace {

LoadPlan poisson(double rate, std::int64_t queries, std::uint64_t seed) {
    LoadPlan plan;
    plan.scenario = Scenario::server;
    plan.arrivals_ns = poisson_arrivals({.rate = rate, .min_queries = queries, .seed = seed});
    return plan;
}

double mean(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

/// Answers what the test puts in.
struct ScriptedServer : Server {
    std::vector<Completion> answers;
    std::vector<std::int64_t> samples;
    void issue(std::int64_t, std::int64_t count) override { samples.push_back(count); }
    void collect(std::int64_t, std::vector<Completion>& done) override {
        done.swap(answers);
        answers.clear();
    }
};

LoadPlan one_query() {
    LoadPlan plan;
    plan.most_queries = 1;
    return plan;
}

}  // namespace

TEST_CASE("M/M/1: latencies are exponential with the rate that is left", "[measure][load]") {
    // mu = 1000/s, lambda = 700/s: the time in the system is exponential with mean 1/300 s
    // (Kleinrock 1975, Queueing Systems I, 5.118). 200,000 queries of which about one in 30 is
    // independent: 1 % is more than one standard error.
    const auto latencies =
        latencies_s(served(poisson(700, 200'000, 1), Service::exponential, 1000, 2));
    REQUIRE(latencies.size() == 200'000);
    CHECK(mean(latencies) == Approx(1.0 / 300).epsilon(0.05));
    CHECK(quantile(latencies, 0.5) == Approx(std::log(2) / 300).epsilon(0.05));
    CHECK(quantile(latencies, 0.99) == Approx(std::log(100) / 300).epsilon(0.08));
}

TEST_CASE("M/D/1: waiting times are Erlang's", "[measure][load]") {
    // Service D = 1 ms, rho = 0.7: mean wait rho D / (2 (1 - rho)) = 1.1667 ms
    // (Pollaczek-Khinchine). P(W <= x) = (1 - rho) sum_k (-lambda (x - k D))^k / k! e^(lambda (x -
    // k D)), k D <= x: nobody waits in 0.3; at x = D: 0.3 e^0.7 = 0.60413; at 2 D: 0.3 (e^1.4 - 0.7
    // e^0.7) = 0.79367.
    const auto latencies =
        latencies_s(served(poisson(700, 200'000, 3), Service::constant, 1000, 0));
    const auto share_within = [&](double wait_s) {
        return double(
                   std::count_if(latencies.begin(), latencies.end(),
                                 [&](double latency) { return latency - 1e-3 <= wait_s + 1e-9; })) /
               double(latencies.size());
    };
    CHECK(mean(latencies) - 1e-3 == Approx(1.1667e-3).epsilon(0.05));
    CHECK(share_within(0) == Approx(0.3).margin(0.01));
    CHECK(share_within(1e-3) == Approx(0.60413).margin(0.01));
    CHECK(share_within(2e-3) == Approx(0.79367).margin(0.01));
}

TEST_CASE("the latency of a server counts from when the query was due", "[measure][load]") {
    // Ten queries at once, 1 ms each: the last one waits for nine others.
    LoadPlan plan;
    plan.scenario = Scenario::server;
    plan.arrivals_ns = burst_arrivals(10, 10, 0);
    const auto latencies = latencies_s(served(plan, Service::constant, 1000, 0));
    CHECK(latencies.front() == Approx(1e-3));
    CHECK(latencies.back() == Approx(10e-3));

    // A generator that is held up for 5 ms by issue() does not hide it.
    struct SlowToTake : QueueServer {
        VirtualClock& clock;
        explicit SlowToTake(VirtualClock& its)
            : QueueServer(its, Service::constant, 1000, 0), clock(its) {}
        void issue(std::int64_t query, std::int64_t samples) override {
            clock.wait_until(clock.now_ns() + 5'000'000);
            QueueServer::issue(query, samples);
        }
    };
    VirtualClock clock;
    SlowToTake server(clock);
    plan.arrivals_ns = burst_arrivals(3, 1, 1'000'000);
    const LoadLog log = run_load(plan, server, clock);
    CHECK(log.issued_ns == std::vector<std::int64_t>{0, 5'000'000, 10'000'000});
    CHECK(log.due_ns == std::vector<std::int64_t>{0, 1'000'000, 2'000'000});
    CHECK(latencies_s(log).back() == Approx(14e-3));  // issued at 10, taken at 15, done at 16
}

TEST_CASE("single-stream asks again when the query is done", "[measure][load]") {
    LoadPlan plan;
    plan.min_queries = 20'000;
    const LoadLog log = served(plan, Service::exponential, 1000, 5);
    REQUIRE(log.done_ns.size() == 20'000);
    for (std::size_t i = 1; i < 100; ++i) CHECK(log.issued_ns[i] == log.done_ns[i - 1]);
    // p90 of an exponential of mean 1 ms: ln 10 = 2.3026 ms; sd of the estimate 0.021 ms
    CHECK(quantile(latencies_s(log), 0.9) == Approx(2.3026e-3).epsilon(0.04));
}

TEST_CASE("single-stream lasts until it has queries and seconds enough", "[measure][load]") {
    LoadPlan plan;
    plan.min_queries = 10;
    plan.min_seconds = 0.5;
    CHECK(served(plan, Service::constant, 1000, 0).due_ns.size() == 500);
    plan.min_queries = 700;
    CHECK(served(plan, Service::constant, 1000, 0).due_ns.size() == 700);
    plan.most_queries = 300;
    CHECK(served(plan, Service::constant, 1000, 0).due_ns.size() == 300);
}

TEST_CASE("multi-stream counts the latency of all samples of a query", "[measure][load]") {
    LoadPlan plan;
    plan.scenario = Scenario::multi_stream;
    plan.samples_per_query = 8;
    plan.min_queries = 5;
    const auto latencies = latencies_s(served(plan, Service::constant, 1000, 0));
    REQUIRE(latencies.size() == 5);
    CHECK(latencies[4] == Approx(8e-3));
}

TEST_CASE("offline is one query with all samples", "[measure][load]") {
    LoadPlan plan;
    plan.scenario = Scenario::offline;
    plan.samples_per_query = 24'576;
    plan.min_queries = 100;  // of samples only: there is one query
    const LoadLog log = served(plan, Service::constant, 1000, 0);
    REQUIRE(log.done_ns.size() == 1);
    CHECK(log.done_ns[0] == 24'576'000'000);
}

TEST_CASE("what is not done in time stays unfinished", "[measure][load]") {
    LoadPlan plan;
    plan.scenario = Scenario::server;
    plan.arrivals_ns = burst_arrivals(100, 100, 0);
    plan.patience_seconds = 0.0305;
    CHECK(served(plan, Service::constant, 1000, 0).unfinished() == 70);

    plan.scenario = Scenario::single_stream;
    plan.min_queries = 10;
    plan.patience_seconds = 0.0005;
    const LoadLog given_up = served(plan, Service::constant, 1000, 0);
    CHECK(given_up.due_ns.size() == 1);
    CHECK(given_up.unfinished() == 1);
}

TEST_CASE("completions that cannot be are refused", "[measure][load]") {
    VirtualClock clock;
    clock.wait_until(100);
    ScriptedServer server;
    server.answers = {{1, 200}};
    CHECK_THROWS_WITH(run_load(one_query(), server, clock),
                      Catch::Contains("query 1, which was never issued"));
    server.answers = {{-1, 200}};
    CHECK_THROWS_AS(run_load(one_query(), server, clock), Error);
    server.answers = {{0, 200}, {0, 200}};
    CHECK_THROWS_WITH(run_load(one_query(), server, clock), Catch::Contains("done before"));
    server.answers = {{0, 99}};
    CHECK_THROWS_WITH(run_load(one_query(), server, clock),
                      Catch::Contains("before it was issued"));
}

TEST_CASE("a load starts when its clock says so", "[measure][load]") {
    VirtualClock clock;
    clock.wait_until(1'000'000);
    QueueServer server(clock, Service::constant, 1000, 0);
    const LoadLog log = run_load(one_query(), server, clock);
    CHECK(log.due_ns == std::vector<std::int64_t>{0});
    CHECK(log.done_ns == std::vector<std::int64_t>{1'000'000});
}

TEST_CASE("scenarios have MLPerf's names", "[measure][load]") {
    CHECK(name(Scenario::single_stream) == "single-stream");
    CHECK(name(Scenario::server_strict) == "server-strict");
    CHECK(is_open_loop(Scenario::server));
    CHECK_FALSE(is_open_loop(Scenario::offline));
}
