// SPDX-License-Identifier: Apache-2.0
// One set of passes, Holm's correction and the passes to take, against hand-computed numbers.
#include "core/stat/passes.hpp"

#include <cmath>

#include <catch2/catch.hpp>

using namespace assay;
using Numbers = std::vector<double>;

TEST_CASE("the headline is the geometric mean with Student's t on logs", "[stat][passes]") {
    // ln m = 0, 1, 2: mean 1, s = 1, t_{.975, 2} = 4.302652729749462
    const Interval interval = pass_interval(Numbers{1, std::exp(1), std::exp(2)});
    const double half = 4.302652729749462 / std::sqrt(3.0);
    CHECK(interval.center == Approx(std::exp(1)).epsilon(1e-13));
    CHECK(interval.low == Approx(std::exp(1 - half)).epsilon(1e-12));
    CHECK(interval.high == Approx(std::exp(1 + half)).epsilon(1e-12));
    CHECK(interval.confidence == 0.95);
}

TEST_CASE("one pass, no pass and impossible medians have no interval", "[stat][passes]") {
    const Interval one = pass_interval(Numbers{5});
    CHECK(one.center == Approx(5));
    CHECK(one.confidence == 0);
    CHECK(one.low == 0);
    CHECK(one.high == 0);
    CHECK(pass_interval({}).confidence == 0);
    CHECK(pass_interval(Numbers{1, 0, 2}).confidence == 0);
    CHECK(pass_interval(Numbers{1, -1, 2}).confidence == 0);
}

TEST_CASE("equal passes have an interval of no width", "[stat][passes]") {
    const Interval interval = pass_interval(Numbers(10, 3.7));
    CHECK(interval.low == Approx(3.7).epsilon(1e-14));
    CHECK(interval.high == Approx(3.7).epsilon(1e-14));
}

TEST_CASE("a higher confidence is a wider interval", "[stat][passes]") {
    const Numbers medians = {1, 1.1, 0.9, 1.05};
    CHECK(pass_interval(medians, 0.99).high > pass_interval(medians, 0.95).high);
}

TEST_CASE("Holm's adjusted p-values are the textbook's, in the order given", "[stat][passes]") {
    // sorted .005 .01 .03 .04, times 4 3 2 1: .02 .03 .06 .04 -> monotone .02 .03 .06 .06
    const Numbers adjusted = holm(Numbers{0.01, 0.04, 0.03, 0.005});
    CHECK(adjusted[0] == Approx(0.03));
    CHECK(adjusted[1] == Approx(0.06));
    CHECK(adjusted[2] == Approx(0.06));
    CHECK(adjusted[3] == Approx(0.02));
    CHECK(holm(Numbers{0.6, 0.9}) == Numbers{1, 1});
    CHECK(holm(Numbers{0.2}) == Numbers{0.2});
    CHECK(holm({}).empty());
}

TEST_CASE("the passes needed follow n = 2 (1.96 + 1.28)^2 s^2 / L^2", "[stat][passes]") {
    // 2 * 3.24^2 * (.01 / .00995033)^2 = 21.2
    CHECK(passes_needed(0.01, 0.01) == 22);
    CHECK(passes_needed(0.005, 0.02) == 2);
    CHECK(passes_needed(0, 0.01) == 2);
    CHECK(passes_needed(1, 1e-9) == 2147483647);
    CHECK(passes_needed(1, 0) == 2147483647);
}
