// SPDX-License-Identifier: Apache-2.0
// How many passes: numbers worked out by hand, and that Stein's interval covers what it says.
#include "core/stat/plan.hpp"

#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include "core/base/random.hpp"
#include "core/stat/passes.hpp"

namespace assay {
namespace {

using Values = std::vector<double>;

TEST_CASE("Stein's number of passes is the one computed by hand", "[stat][plan]") {
    // Logs -0.02 0 0.02: s = 0.02, t(.975, 2) = 4.302653; (4.302653 * 0.02 / ln 1.01)^2
    // = (0.0860531 / 0.00995033)^2 = 74.79.
    const Values pilot = {std::exp(-0.02), 1, std::exp(0.02)};
    CHECK(passes_for_precision(pilot, 0.01) == 75);
    // ln 1.05 = 0.0487902: (1.76374)^2 = 3.11.
    CHECK(passes_for_precision(pilot, 0.05) == 4);
}

TEST_CASE("a pilot that is precise enough is all that is needed", "[stat][plan]") {
    CHECK(passes_for_precision(Values{1, 1.0001, 1.0002, 0.9999}, 0.01) == 4);
    CHECK(passes_for_precision(Values(5, 2.0), 0.01) == 5);
}

TEST_CASE("a pilot that says nothing asks for nothing, a wild one for the most", "[stat][plan]") {
    CHECK(passes_for_precision(Values{}, 0.01) == 0);
    CHECK(passes_for_precision(Values{1}, 0.01) == 1);
    CHECK(passes_for_precision(Values{1, 0, 2}, 0.01) == 3);
    CHECK(passes_for_precision(Values{1e-300, 1e300}, 1e-9) == std::numeric_limits<int>::max());
}

TEST_CASE("the two-stage interval has the pilot's spread and freedom", "[stat][plan]") {
    // Pilot of 3 as above, and one more at log 0.04: mean 0.01, half 4.302653 * 0.02 / 2.
    const Values medians = {std::exp(-0.02), 1, std::exp(0.02), std::exp(0.04)};
    const Interval found = two_stage_interval(medians, 3);
    CHECK(std::log(found.center) == Approx(0.01));
    CHECK(std::log(found.low) == Approx(0.01 - 0.04302653));
    CHECK(std::log(found.high) == Approx(0.01 + 0.04302653));
    CHECK(found.confidence == 0.95);
}

TEST_CASE("when the pilot is all there is, it is the ordinary interval", "[stat][plan]") {
    const Values medians = {1, 1.02, 0.99, 1.01, 1.03};
    const Interval two_stage = two_stage_interval(medians, 5), ordinary = pass_interval(medians);
    CHECK(two_stage.low == Approx(ordinary.low));
    CHECK(two_stage.high == Approx(ordinary.high));
    CHECK(two_stage_interval(medians, 9).low == Approx(ordinary.low));
    CHECK(two_stage_interval(medians, 1).confidence == 0);
}

TEST_CASE("the two-stage interval covers 95 % and is as narrow as was asked", "[stat][plan]") {
    // 4000 runs of sd 1 % for ±0.5 %: the share's sd is 0.34 %, the bounds are 4 sd from 95 %.
    Random random(21, 22);
    constexpr double sd = 0.01, target = 0.005;
    int covered = 0;
    for (int run = 0; run < 4000; ++run) {
        Values medians;
        const auto take = [&](int count) {
            while (std::ssize(medians) < count) medians.push_back(std::exp(sd * random.normal()));
        };
        take(10);
        take(passes_for_precision(medians, target));
        const Interval found = two_stage_interval(medians, 10);
        covered += found.low <= 1 && found.high >= 1 ? 1 : 0;
        CHECK(std::log(found.high / found.low) / 2 <= std::log1p(target) * (1 + 1e-12));
    }
    CHECK(covered > 3745);
    CHECK(covered < 3855);
}

TEST_CASE("a pass is begun when it ends in time as the others did", "[stat][plan]") {
    CHECK(another_pass_fits(Values{10, 12}, 22, 33));  // ends at 33
    CHECK_FALSE(another_pass_fits(Values{10, 12}, 22, 32.9));
    CHECK(another_pass_fits(Values{}, 500, 1));  // two are always taken
    CHECK(another_pass_fits(Values{100}, 100, 1));
}

}  // namespace
}  // namespace assay
