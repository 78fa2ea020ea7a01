// SPDX-License-Identifier: Apache-2.0
// What sharing costs, of runs that are made up: the ratio of pairs, and only of those that overlap.
#include "core/result/sharing.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/result/made_up.hpp"

namespace assay {
namespace {

using made_up::gemm;
using made_up::measured;

/// One device alone (subject 0) and in company (1). A pass shifts both; together takes 1.5 times as
/// long. `overlap` of each pass.
Run together_run(const std::vector<double>& overlap) {
    Run run;
    run.header = made_up::header(static_cast<int>(overlap.size()));
    run.header.pairing = "together";
    Subject beside = run.header.subjects[0];
    beside.index = 1;
    beside.label += " together";
    beside.together_of = 0;
    run.header.subjects.push_back(beside);
    for (std::size_t pass = 0; pass < overlap.size(); ++pass) {
        const double shift = 1 + 0.1 * static_cast<double>(pass);
        for (int subject = 0; subject < 2; ++subject) {
            const double time = 1e-3 * shift * (subject == 1 ? 1.5 : 1);
            run.records.push_back(measured(0, static_cast<int>(pass), gemm(256), time));
            run.records.back().subject = subject;
            if (subject == 1) run.records.back().sharing = {2, 3, 0.5, 0.5 * overlap[pass]};
        }
    }
    return run;
}

std::vector<SharingCost> costs_of(const Run& run, std::vector<CaseSummary>& summaries) {
    summaries = summarise(run);
    return sharing_costs(run, summaries);
}

bool is_doubted(const CaseSummary& row) {
    return row.condition() == Condition::not_together;
}

TEST_CASE("what passes differ by drops out of what sharing costs", "[result][sharing]") {
    std::vector<CaseSummary> summaries;
    const auto costs = costs_of(together_run({1, 0.98, 0.99, 1}), summaries);
    REQUIRE(costs.size() == 1);
    CHECK(costs[0].reason.empty());
    CHECK(costs[0].passes == 4);
    CHECK(costs[0].cost.ratio == Approx(1.5));
    CHECK(costs[0].cost.low95 == Approx(1.5).epsilon(1e-6));  // no spread but that of the passes
    CHECK(costs[0].cost.high95 == Approx(1.5).epsilon(1e-6));
    CHECK(*costs[0].overlap == Approx((1 + 0.98 + 0.99 + 1) / 4));
    CHECK_FALSE(is_doubted(summaries[1]));
}

TEST_CASE("a pass that did not overlap does not count, and without any there is no cost",
          "[result][sharing]") {
    std::vector<CaseSummary> summaries;
    const auto some = costs_of(together_run({1, 0.2, 1, 0.89}), summaries);
    CHECK(some[0].passes == 2);
    CHECK(some[0].reason.empty());
    CHECK(is_doubted(summaries[1]));  // (1 + 0.2 + 1 + 0.89) / 4 is below 0.9
    CHECK(forbids_verdict(Condition::not_together));
    const auto one = costs_of(together_run({1, 0.2}), summaries);
    CHECK(one[0].reason == "one pass has no interval");
    const auto none = costs_of(together_run({0.3, 0.2}), summaries);
    CHECK(none[0].passes == 0);
    CHECK(none[0].reason == "no pass of 2 overlapped by 90 %");
}

TEST_CASE("a case that was measured one way only says so", "[result][sharing]") {
    std::vector<CaseSummary> summaries;
    Run run = together_run({1, 1});
    for (CaseRecord& each : run.records) {
        if (each.subject != 1) continue;
        each.outcome = {State::failed, "worker killed by signal 11", "measure"};
        each.sample.reset();
    }
    CHECK(costs_of(run, summaries).at(0).reason == "not measured together");
    run = together_run({1, 1});
    std::erase_if(run.records, [](const CaseRecord& each) { return each.subject == 0; });
    CHECK(costs_of(run, summaries).at(0).reason == "not measured alone");
}

TEST_CASE("a run without company has no such rows", "[result][sharing]") {
    std::vector<CaseSummary> summaries;
    CHECK(costs_of(made_up::run(2), summaries).empty());
}

}  // namespace
}  // namespace assay
