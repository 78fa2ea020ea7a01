// SPDX-License-Identifier: Apache-2.0
// The line between the generator and the device: in order, across threads, and when serving fails.
#include "core/measure/query_line.hpp"

#include <stdexcept>
#include <thread>

#include <catch2/catch.hpp>

#include "core/base/error.hpp"

using namespace assay;

TEST_CASE("in virtual time queries wait for those before them", "[measure][load]") {
    VirtualClock clock;
    DirectServer server(clock, true, [](std::int64_t samples) { return 100 * samples; });
    LoadPlan plan;
    plan.scenario = Scenario::server;
    plan.samples_per_query = 2;
    plan.arrivals_ns = {0, 50, 1000};
    const LoadLog log = run_load(plan, server, clock);
    CHECK(log.done_ns == std::vector<std::int64_t>{200, 400, 1200});
    CHECK(log.issued_ns == plan.arrivals_ns);
}

TEST_CASE("a served query is done when it was served, not when it is collected",
          "[measure][load]") {
    HostClock clock;
    DirectServer server(clock, false, [](std::int64_t) { return 0; });
    LoadPlan plan;
    plan.min_queries = 20;
    const LoadLog log = run_load(plan, server, clock);
    CHECK(log.due_ns.size() == 20);
    CHECK(log.unfinished() == 0);
}

TEST_CASE("another thread issues, this one serves, each query once and in order",
          "[measure][load]") {
    HostClock clock;
    QueryLine line(clock);
    LoadPlan plan;
    plan.scenario = Scenario::server;
    for (int i = 0; i < 500; ++i) plan.arrivals_ns.push_back(i * 1000);
    LoadLog log;
    std::jthread generator([&] {
        log = run_load(plan, line, clock);
        line.close();
    });
    const std::thread::id here = std::this_thread::get_id();
    int served = 0;
    line.serve([&](std::int64_t) {
        ++served;
        return std::this_thread::get_id() == here ? 0 : throw std::logic_error("other thread");
    });
    generator.join();
    CHECK(served == 500);
    CHECK(log.unfinished() == 0);
    CHECK(std::is_sorted(log.done_ns.begin(), log.done_ns.end()));
}

TEST_CASE("when serving fails the generator is told and nobody waits", "[measure][load]") {
    HostClock clock;
    QueryLine line(clock);
    LoadPlan plan;
    plan.scenario = Scenario::server;
    plan.arrivals_ns = {0, 1000, 2000, 3'000'000};
    std::string said;
    std::jthread generator([&] {
        try {
            run_load(plan, line, clock);
        } catch (const Error& error) {
            said = error.what();
        }
        line.close();
    });
    CHECK_THROWS_WITH(
        line.serve([](std::int64_t) -> std::int64_t { throw std::runtime_error("device lost"); }),
        "device lost");
    generator.join();
    CHECK(said == "load: the server failed");
}

TEST_CASE("queries that the generator no longer waits for are not served", "[measure][load]") {
    HostClock clock;
    QueryLine line(clock);
    line.issue(0, 1);
    line.close();
    int served = 0;
    line.serve([&](std::int64_t) { return ++served; });
    CHECK(served == 0);
}
