// SPDX-License-Identifier: Apache-2.0
// The search for the largest rate before a server of known capacity, and before a late generator.
#include "core/measure/load_search.hpp"

#include <catch2/catch.hpp>

#include "tests/queue_server.hpp"
#include "tests/unit/measure/loads.hpp"

using namespace assay;
using assay_tests::served;
using assay_tests::Service;

TEST_CASE("the largest rate of an M/D/1 server is found", "[measure][load]") {
    // Service 1 ms, bound 10 ms at p99. Erlang's formula (load_test.cpp) gives P(W <= 9 ms) = 0.99
    // at 773.5 queries/s (bisection with mpmath).
    MaxRatePlan search;
    search.first_rate = 100;
    search.probe_queries = 5000;
    search.confirm_queries = 20'000;
    LoadPlan plan = plan_of(Scenario::server);
    std::uint64_t seed = 0;
    const MaxRateFound found = find_max_rate(
        search, plan, bound_of(0.01),
        [&](const LoadPlan& load) { return served(load, Service::constant, 1000, ++seed); });
    CHECK(found.invalid.empty());
    CHECK(found.max_rate.end == SearchEnd::sustained);
    CHECK(found.max_rate.rate > 0.9 * 773.5);
    CHECK(found.max_rate.rate < 1.01 * 773.5);
    CHECK(found.max_rate.upper_rate > found.max_rate.rate);
    CHECK(found.max_rate.upper_rate < 1.06 * 773.5);
}

TEST_CASE("a search stops where the generator is late, and claims nothing", "[measure][load]") {
    MaxRatePlan search;
    search.first_rate = 100;
    const MaxRateFound found =
        find_max_rate(search, plan_of(Scenario::server), bound_of(0.01), [](const LoadPlan& load) {
            LoadLog log = served(load, Service::constant, 1000, 0);
            for (auto& each : log.issued_ns) each += 5'000'000;
            return log;
        });
    CHECK_THAT(found.invalid,
               Catch::StartsWith("at 100 queries/s: the load generator itself was late"));
    CHECK(found.max_rate.rate == 0);
    CHECK(found.max_rate.trials.empty());
}
