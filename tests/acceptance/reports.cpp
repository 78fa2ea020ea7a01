// SPDX-License-Identifier: Apache-2.0
// S6, S9: false claims in whole comparisons, from raw readings through summarise() and compare().
#include <algorithm>

#include "core/base/random.hpp"
#include "tests/acceptance/runs.hpp"
#include "tests/acceptance/table.hpp"

namespace acceptance {
namespace {

constexpr std::uint64_t other_side = 1ULL << 32U;

void fifty_cases(const Plan& plan, Rows& rows) {
    const int trials = plan.fewer(2);
    int bare = 0, beyond = 0;
    for (int trial = 0; trial < trials; ++trial) {
        const assay::Run here = run_of(families(), std::uint64_t(trial), 50, 10);
        const assay::Run there = run_of(families(), other_side + std::uint64_t(trial), 50, 10);
        bare += claims(compared(here, there, 0, 0)) > 0 ? 1 : 0;
        beyond += claims(compared(here, there, 0.01, 0)) > 0 ? 1 : 0;
    }
    const std::string what = "any false claim in a comparison of 50 cases of all families";
    // research/statistics 2.1 gives no quick band: 5 % and 3.6 standard errors at 2,000.
    const Band accepted = plan.band({0, 0.058}, {0, 0.0675}, trials);
    rows.push_back({"S6",
                    what,
                    "no margin, 1 %",
                    trials,
                    accepted,
                    {double(bare) / trials, double(beyond) / trials}});
}

bool says_within_session(const assay::ComparisonReport& report) {
    return std::any_of(report.notes.begin(), report.notes.end(), [](const std::string& note) {
        return note.starts_with("within-session comparison");
    });
}

/// Equal devices, each run in a session of its own that shifts all of it by 0.5 % (sd).
void sessions(const Plan& plan, Rows& rows) {
    constexpr double sd = 0.005;
    assay::Random random(20261125, 9);
    int bare = 0, beyond = 0, said = 0;
    for (int trial = 0; trial < plan.trials; ++trial) {
        const double first = std::exp(sd * random.normal());
        const double second = std::exp(sd * random.normal());
        const std::vector<Family> normal{families()[0]};
        const assay::Run here = run_of(normal, std::uint64_t(trial), 1, 10, first);
        const assay::Run there = run_of(normal, other_side + std::uint64_t(trial), 1, 10, second);
        const auto report = compared(here, there, 0, sd);
        bare += claims(report) > 0 ? 1 : 0;
        beyond += claims(compared(here, there, 0.02, sd)) > 0 ? 1 : 0;
        said += says_within_session(report) ? 1 : 0;
    }
    const std::string what = "false claim between sessions, sd 0.5 % declared";
    const int n = plan.trials;
    const auto part = [&](int some) { return std::vector{double(some) / n}; };
    rows.push_back({"S9", what, "no margin", n, plan.band({0, 0.07}, {0, 0.08}, n), part(bare)});
    rows.push_back(
        {"S9", what, "margin 2 %", n, plan.band({0, 0.015}, {0, 0.02}, n), part(beyond)});
    rows.push_back({"S9",
                    "two files of one boot are called a within-session comparison",
                    "10 passes",
                    n,
                    {1, 1},
                    part(said)});
}

}  // namespace

void reports(const Plan& plan, Rows& rows) {
    if (plan.only.empty() || plan.only == "S6") fifty_cases(plan, rows);
    if (plan.only.empty() || plan.only == "S9") sessions(plan, rows);
}

}  // namespace acceptance
