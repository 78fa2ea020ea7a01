// SPDX-License-Identifier: Apache-2.0
// S5, S7, S8: how often a verdict on one case is wrong, and how often it is found.
#include <fmt/format.h>

#include "core/stat/passes.hpp"
#include "tests/acceptance/family.hpp"
#include "tests/acceptance/table.hpp"

namespace acceptance {
namespace {

using assay::Direction;

constexpr std::uint64_t other_side = 1ULL << 32U;  // its trials are not those of the baseline

struct Design {
    int here, there;
};

/// The verdict on one case alone; there is nothing to adjust p for.
Direction verdict(const std::vector<double>& here, const std::vector<double>& there,
                  double margin) {
    const assay::Difference found = assay::difference(here, there, 0);
    return assay::direction(found, found.p, margin);
}

bool claims(Direction direction) {
    return direction == Direction::faster || direction == Direction::slower;
}

using Sides = std::pair<Family, Family>;

/// Shares of false claims between equal devices, without a margin and with one of 1 %.
std::pair<double, double> false_claims(const Sides& sides, const Design& design, int trials) {
    int bare = 0, beyond = 0;
    for (int trial = 0; trial < trials; ++trial) {
        const auto here = sides.first.run(std::uint64_t(trial), design.here);
        const auto there = sides.second.run(other_side + std::uint64_t(trial), design.there);
        bare += claims(verdict(here, there, 0)) ? 1 : 0;
        beyond += claims(verdict(here, there, 0.01)) ? 1 : 0;
    }
    return {double(bare) / trials, double(beyond) / trials};
}

struct Claim {
    std::string limit;  ///< "" or why the band is wider than promised.
    Band bare;          ///< Accepted without a margin, full tier.
    std::vector<Design> designs;
};

void add_false_claims(const Plan& plan, Rows& rows, const Sides& sides, const Claim& claim) {
    const std::string what = "false claim, equal devices, " + sides.second.name() + claim.limit;
    std::string settings;
    for (const Design& each : claim.designs) {
        settings += fmt::format("{}{}+{}", settings.empty() ? "" : ", ", each.here, each.there);
    }
    settings += " passes";
    const int n = plan.trials;
    const Band bare = plan.band(claim.bare, {0, claim.bare.high + 0.007}, n);
    const Band beyond = plan.band({0, 0.05}, {0, 0.065}, n);
    Row without{"S5", what + ", no margin", settings, n, bare, {}};
    Row with{"S5", what + ", margin 1 %", settings, n, beyond, {}};
    for (const Design& each : claim.designs) {
        const auto found = false_claims(sides, each, n);
        without.figures.push_back(found.first);
        with.figures.push_back(found.second);
    }
    rows.push_back(without);
    rows.push_back(with);
}

void equal_devices(const Plan& plan, Rows& rows) {
    const Claim promised{"", {0, 0.058}, {{5, 5}, {10, 10}, {20, 20}}};
    // Welch-Satterthwaite estimates the degrees of freedom; with few passes on one side and spreads
    // alike it estimates too many. docs/acceptance.md says so.
    const Claim lopsided{" (a known limit)", {0, 0.064}, {{5, 20}}};
    for (const Family& family : families()) {
        add_false_claims(plan, rows, {family, family}, promised);
        add_false_claims(plan, rows, {family, family}, lopsided);
    }
    const Family quiet("quiet", "seed=51,process_sigma=0.005");
    const Family wide("variance 1 : 9", "seed=52,process_sigma=0.015");
    add_false_claims(plan, rows, {quiet, wide}, {"", {0, 0.058}, {{10, 10}, {20, 5}, {5, 20}}});
}

/// Candidates slower by exactly the margin: EQUIVALENT is wrong.
void wrongly_equivalent(const Plan& plan, Rows& rows) {
    for (const std::size_t index : {std::size_t{0}, std::size_t{1}, std::size_t{6}}) {
        const Family& family = families()[index];
        Row row{"S7",
                "EQUIVALENT although slower by the margin of 1 %, " + family.name(),
                "5, 10, 20 passes",
                plan.trials,
                plan.band({0, 0.057}, {0, 0.0675}, plan.trials),
                {}};
        for (const int passes : {5, 10, 20}) {
            row.figures.push_back(share(plan.trials, [&](int trial) {
                const auto here = family.run(std::uint64_t(trial), passes);
                const auto there = family.run(other_side + std::uint64_t(trial), passes, 1.01);
                return verdict(here, there, 0.01) == Direction::equivalent;
            }));
        }
        rows.push_back(row);
    }
}

void power(const Plan& plan, Rows& rows) {
    struct Effect {
        const char* sd;
        double ratio;
        Band full;
    };
    // The last must not be higher either: that would be a standard error that is too small.
    for (const Effect& effect :
         {Effect{"0.005", 1.01, {0.97, 1}}, Effect{"0.01", 1.02, {0.95, 1}},
          Effect{"0.01", 1.05, {0.999, 1}}, Effect{"0.01", 1.01, {0.50, 0.62}}}) {
        const Family family("passes alone", std::string("seed=81,process_sigma=") + effect.sd);
        const auto finds = [&](int trial) {
            const auto here = family.run(std::uint64_t(trial), 10);
            const auto there = family.run(other_side + std::uint64_t(trial), 10, effect.ratio);
            return verdict(here, there, 0) == Direction::slower;
        };
        const Band quick{effect.full.low - 0.03,
                         effect.full.high < 1 ? effect.full.high + 0.03 : 1};
        rows.push_back({"S8",
                        fmt::format("SLOWER found, {:.0f} % slower, sd of passes {}",
                                    100 * (effect.ratio - 1), effect.sd),
                        "10 passes",
                        plan.trials,
                        plan.band(effect.full, quick, plan.trials),
                        {share(plan.trials, finds)}});
    }
}

}  // namespace

void verdicts(const Plan& plan, Rows& rows) {
    const auto wanted = [&](const char* test) { return plan.only.empty() || plan.only == test; };
    if (wanted("S5")) equal_devices(plan, rows);
    if (wanted("S7")) wrongly_equivalent(plan, rows);
    if (wanted("S8")) power(plan, rows);
}

}  // namespace acceptance
