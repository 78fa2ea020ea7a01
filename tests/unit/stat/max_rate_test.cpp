// SPDX-License-Identifier: Apache-2.0
// The search for the largest rate, with servers that answer by a rule: what it tries, when it ends,
// and what it claims.
#include "core/stat/max_rate.hpp"

#include <cmath>
#include <set>

#include <catch2/catch.hpp>

using namespace assay;

namespace {

template <class Answer>
MaxRate searched(const MaxRatePlan& plan, Answer&& answer) {
    MaxRateSearch search(plan);
    while (const auto trial = search.next()) {
        const Kept kept = answer(*trial);
        search.hear(kept, kept == Kept::missed);
    }
    return search.result();
}

auto up_to(double rate) {
    return [rate](const Trial& trial) { return trial.rate <= rate ? Kept::met : Kept::missed; };
}

MaxRatePlan from(double first_rate) {
    MaxRatePlan plan;
    plan.first_rate = first_rate;
    plan.most_seconds = 1e9;
    return plan;
}

}  // namespace

TEST_CASE("the claim is within the resolution below the true rate", "[stat][max_rate]") {
    const double truth = GENERATE(0.3, 7.0, 907.9, 1e6);
    const MaxRate found = searched(from(10), up_to(truth));
    CAPTURE(truth, found.rate, found.upper_rate);
    CHECK(found.end == SearchEnd::sustained);
    CHECK(found.rate <= truth);
    CHECK(found.rate >= truth / 1.02);
    CHECK(found.upper_rate > truth);
    CHECK(found.upper_rate <= found.rate * 1.02);
    CHECK(found.failed_rate == found.upper_rate);
    CHECK(found.confidence == 1 - 1 / 32.0 - 1 / 32.0);  // one attempt of five runs at each end
}

TEST_CASE("it doubles, bisects, and makes five runs for each end", "[stat][max_rate]") {
    const MaxRate found = searched(from(100), up_to(907.9));
    REQUIRE(found.trials.size() == 21);
    // 100 200 400 800 1600; 35 steps of 2 % in a factor of 2 are 6 bisections; 5 confirmations,
    // 5 refutations
    CHECK(found.trials[4].rate == 1600);
    CHECK(found.trials[5].rate == Approx(800 * std::sqrt(2)));
    CHECK(found.trials[5].purpose == TrialPurpose::bisect);
    for (std::size_t i = 11; i < 16; ++i) {
        CHECK(found.trials[i].purpose == TrialPurpose::confirm);
        CHECK(found.trials[i].rate == found.rate);
        CHECK(found.trials[i].min_queries == 4000);
    }
    for (std::size_t i = 16; i < 21; ++i) {
        CHECK(found.trials[i].purpose == TrialPurpose::refute);
        CHECK(found.trials[i].rate == found.upper_rate);
    }
    CHECK(name(found.trials[0].purpose) == "bracket");
    CHECK(name(found.trials[20].purpose) == "refute");
}

TEST_CASE("every trial has a seed of its own", "[stat][max_rate]") {
    std::set<std::uint64_t> seeds;
    const MaxRate found = searched(from(10), up_to(500));
    for (const Trial& trial : found.trials) seeds.insert(trial.seed);
    CHECK(seeds.size() == found.trials.size());
}

TEST_CASE("a confirmation that fails takes the rate back and starts them anew",
          "[stat][max_rate]") {
    int confirmations = 0;
    // The third confirmation fails, and only that one.
    const MaxRate found = searched(from(100), [&](const Trial& trial) {
        if (trial.purpose != TrialPurpose::confirm) return up_to(907.9)(trial);
        return ++confirmations == 3 ? Kept::undecided : Kept::met;
    });
    CHECK(confirmations == 3 + 5);
    CHECK(found.end == SearchEnd::sustained);
    CHECK(found.rate == Approx(0.99 * found.failed_rate));
    // What failed once need not be too much: five runs there must exceed the bound, or higher up.
    CHECK(found.upper_rate > 907.9);
    CHECK(found.upper_rate < 907.9 * 1.03);
    CHECK(found.confidence < 1 - 2 / 32.0);
}

TEST_CASE("without refutations, or without time for them, the claim has no upper end",
          "[stat][max_rate]") {
    MaxRatePlan plan = from(100);
    plan.refutations = 0;
    const MaxRate lower_only = searched(plan, up_to(907.9));
    CHECK(lower_only.end == SearchEnd::sustained);
    CHECK(lower_only.upper_rate == 0);
    CHECK(lower_only.confidence == 1 - 1 / 32.0);

    MaxRatePlan brief = from(100);
    brief.most_seconds = lower_only.seconds + 1;
    const MaxRate found = searched(brief, up_to(907.9));
    CHECK(found.end == SearchEnd::sustained);
    CHECK(found.rate == lower_only.rate);
    CHECK(found.upper_rate == 0);
}

TEST_CASE("when nothing is sustained there is no rate", "[stat][max_rate]") {
    const MaxRate never = searched(from(10), [](const Trial&) { return Kept::missed; });
    CHECK(never.end == SearchEnd::nothing_sustained);
    CHECK(never.rate == 0);
    CHECK(never.confidence == 0);
    CHECK(never.trials.size() == 21);
    CHECK(never.failed_rate == Approx(10 / std::pow(2, 20)));

    const MaxRate unconfirmed = searched(from(10), [](const Trial& trial) {
        return trial.purpose == TrialPurpose::confirm ? Kept::undecided : up_to(20)(trial);
    });
    CHECK(unconfirmed.end == SearchEnd::not_confirmed);
    CHECK(unconfirmed.rate == 0);
    CHECK(name(unconfirmed.end) == "not_confirmed");
}

TEST_CASE("a server that never misses has a lower end only", "[stat][max_rate]") {
    const MaxRate found = searched(from(1), [](const Trial&) { return Kept::met; });
    CHECK(found.end == SearchEnd::never_missed);
    CHECK(found.rate == std::pow(2, 20));
    CHECK(found.upper_rate == 0);
    CHECK(found.failed_rate == 0);
    CHECK(found.confidence == 1 - 1 / 32.0);
}

TEST_CASE("the search ends before a trial that would exceed its time", "[stat][max_rate]") {
    MaxRatePlan plan = from(10);
    plan.probe_seconds = 60;
    plan.confirm_seconds = 600;
    plan.most_seconds = 2000;
    const MaxRate found = searched(plan, up_to(100));
    CHECK(found.end == SearchEnd::out_of_time);
    CHECK(found.rate == 0);
    CHECK(found.seconds <= 2000);
    CHECK(found.trials.size() > 10);

    plan.most_seconds = 1;  // the first probe takes 100 s
    CHECK(searched(plan, up_to(100)).trials.empty());
}

TEST_CASE("what a search takes can be said before", "[stat][max_rate]") {
    MaxRatePlan plan = from(100);
    plan.probe_queries = 20000;
    plan.confirm_queries = 80000;
    const SearchCost cost = expected_cost(plan, 907.9);
    const MaxRate found = searched(plan, up_to(907.9));
    CHECK(cost.trials == int(found.trials.size()));
    CHECK(cost.seconds == Approx(found.seconds));
    // 20,000 (1/100 + 1/200 + 1/400 + 1/800 + 1/1600) = 387.5 s, six probes of about 22 s, five
    // confirmations and five refutations of about 89 s
    CHECK(cost.seconds > 387.5 + 6 * 20000 / 1131.4 + 10 * 80000 / 926.0);
    CHECK(cost.seconds < 387.5 + 6 * 20000 / 800.0 + 10 * 80000 / 890.0);
    CHECK(expected_cost(plan, 907.9).end == SearchEnd::sustained);
    plan.most_seconds = 100;
    CHECK(expected_cost(plan, 907.9).end == SearchEnd::out_of_time);
}

TEST_CASE("hearing after the end changes nothing", "[stat][max_rate]") {
    MaxRateSearch search(from(10));
    while (const auto trial = search.next()) {
        search.hear(up_to(50)(*trial), trial->rate > 50);
    }
    const MaxRate before = search.result();
    search.hear(Kept::missed, true);
    CHECK(search.result().trials.size() == before.trials.size());
    CHECK(search.result().rate == before.rate);
}
