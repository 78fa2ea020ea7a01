// SPDX-License-Identifier: Apache-2.0
// Pairs whose differences are known, and what must hold for any pairs.
#include "core/stat/paired.hpp"

#include <cmath>

#include <catch2/catch.hpp>

#include "core/base/random.hpp"

namespace assay {
namespace {

using Values = std::vector<double>;

/// Passes that share a common part of sd `shared` and have one of their own of sd `own`.
struct Pairs {
    Values first, second;
};
Pairs pairs(Random& random, std::size_t count, double shift, double shared, double own) {
    Pairs made;
    for (std::size_t i = 0; i < count; ++i) {
        const double pass = shared * random.normal();
        made.first.push_back(1e-3 * std::exp(pass + own * random.normal()));
        made.second.push_back(1e-3 * std::exp(shift + pass + own * random.normal()));
    }
    return made;
}

TEST_CASE("four pairs give the interval computed by hand", "[stat][paired]") {
    // d = 0.00 0.02 0.04 0.06: mean 0.03, variance (9 + 1 + 1 + 9) 1e-4 / 3 = 6.6667e-4,
    // se = sqrt(6.6667e-4 / 4) = 0.0129099; t(.975, 3) = 3.182446, t(.95, 3) = 2.353363;
    // p = P(|t_3| > 2.323790) = 0.1027 (table: t(.95) 2.353 gives .1000, t(.94) 2.2 gives .115).
    const Values first(4, 1.0);
    const Values second = {1, std::exp(0.02), std::exp(0.04), std::exp(0.06)};
    const Difference found = paired_difference(first, second);
    CHECK(found.decidable);
    CHECK(std::log(found.ratio) == Approx(0.03));
    CHECK(std::log(found.low95) == Approx(0.03 - 3.182446 * 0.01290994).margin(1e-6));
    CHECK(std::log(found.high95) == Approx(0.03 + 3.182446 * 0.01290994).margin(1e-6));
    CHECK(std::log(found.low90) == Approx(0.03 - 2.353363 * 0.01290994).margin(1e-6));
    CHECK(std::log(found.high90) == Approx(0.03 + 2.353363 * 0.01290994).margin(1e-6));
    CHECK(found.p == Approx(0.1027).margin(0.0005));
    CHECK(found.sd_log == Approx(std::sqrt(20e-4 / 3)));
    // Walsh averages 0 1 2 3 2 3 4 4 5 6 (x 0.01): the middle two of ten, sorted, are 3 and 3.
    CHECK(std::log(found.hodges_lehmann) == Approx(0.03));
}

TEST_CASE("the pseudo-median is not moved by one wild pass", "[stat][paired]") {
    // d = 1 2 3 4 1000 (x 0.001). Walsh averages, sorted: 1 1.5 2 2 2.5 2.5 3 3 3.5 4 … : the 8th
    // of 15 is 3.
    Values second;
    for (const double d : {0.001, 0.002, 0.003, 0.004, 1.0}) second.push_back(std::exp(d));
    const Difference found = paired_difference(Values(5, 1.0), second);
    CHECK(std::log(found.hodges_lehmann) == Approx(0.003));
}

TEST_CASE("swapped sides are exact mirrors", "[stat][paired]") {
    Random random(1, 2);
    for (int i = 0; i < 200; ++i) {
        const auto count = static_cast<std::size_t>(2 + i % 19);
        const Pairs made = pairs(random, count, 0.01, 0.05, 0.01);
        const Difference there = paired_difference(made.first, made.second);
        const Difference back = paired_difference(made.second, made.first);
        CHECK(there.p == back.p);
        CHECK(there.sd_log == back.sd_log);
        CHECK(there.ratio * back.ratio == Approx(1).epsilon(1e-15));
        CHECK(there.low95 * back.high95 == Approx(1).epsilon(1e-15));
        CHECK(there.high90 * back.low90 == Approx(1).epsilon(1e-15));
        CHECK(there.hodges_lehmann * back.hodges_lehmann == Approx(1).epsilon(1e-15));
    }
}

TEST_CASE("what a pass does to both sides drops out", "[stat][paired]") {
    Random random(3, 4);
    const Pairs made = pairs(random, 10, 0.02, 0.10, 0.002);
    const Difference paired = paired_difference(made.first, made.second);
    const Difference apart = difference(made.first, made.second, 0);
    // Own parts of sd 0.002 on both sides: d has sd 0.0028; apart, each side has 0.1.
    CHECK(paired.sd_log < 0.006);
    CHECK(apart.sd_log > 0.04);
    CHECK(paired.p < 0.001);
    CHECK(apart.p > 0.1);
}

TEST_CASE("without a difference the paired test errs in 5 of 100 cases", "[stat][paired]") {
    // 2000 tests at 5 %: sd of the share is 0.5 %; the bounds are 3 sd and more.
    Random random(5, 6);
    int alarms = 0, covered = 0;
    for (int i = 0; i < 2000; ++i) {
        const Pairs made = pairs(random, 10, 0, 0.05, 0.01);
        const Difference found = paired_difference(made.first, made.second);
        alarms += found.p < 0.05 ? 1 : 0;
        covered += found.low95 <= 1 && found.high95 >= 1 ? 1 : 0;
    }
    CHECK(alarms > 65);
    CHECK(alarms < 135);
    CHECK(covered == 2000 - alarms);
}

TEST_CASE("no spread: a tie has p 1, anything else p 0", "[stat][paired]") {
    const Difference tie = paired_difference(Values(3, 2.0), Values(3, 2.0));
    CHECK(tie.p == 1);
    CHECK(tie.ratio == 1);
    CHECK(tie.low95 == 1);
    const Difference apart = paired_difference(Values(3, 2.0), Values(3, 4.0));
    CHECK(apart.p == 0);
    CHECK(apart.ratio == Approx(2));
    CHECK(apart.high95 == apart.ratio);
}

TEST_CASE("what are no pairs is undecidable", "[stat][paired]") {
    const auto undecidable = [](const Values& first, const Values& second) {
        const Difference found = paired_difference(first, second);
        return !found.decidable && found.low95 == 0 && found.high95 == 0;
    };
    CHECK(undecidable({}, {}));
    CHECK(undecidable({1, 2}, {1}));
    CHECK(undecidable({1}, {2}));
    CHECK(undecidable({1, 0}, {1, 1}));
    CHECK(undecidable({1, 1}, {1, -1}));
    CHECK(undecidable({1, INFINITY}, {1, 1}));
}

TEST_CASE("pairs need half the passes of two sides with the same sd of differences", "[stat]") {
    // (3.24 * 0.01 / ln 1.01)^2 = 10.6; two sides: twice that for s, and s is sd / sqrt 2.
    CHECK(paired_passes_needed(0.01, 0.01) == 11);
    CHECK(passes_needed(0.01, 0.01) == 22);
}

}  // namespace
}  // namespace assay
