// SPDX-License-Identifier: Apache-2.0
// Two sets of passes: Welch's numbers, symmetry, degenerate data and the verdict's rules.
#include <algorithm>
#include <cmath>

#include <catch2/catch.hpp>

#include "core/stat/passes.hpp"
#include "tests/unit/stat/families.hpp"

using namespace assay;
using Numbers = std::vector<double>;

namespace {

/// The verdict without other cases beside it.
Direction verdict(const Numbers& a, const Numbers& b, double margin = 0.01) {
    const Difference d = difference(a, b, 0);
    return direction(d, d.p, margin);
}

}  // namespace

TEST_CASE("Welch's test gives the reference's numbers", "[stat][difference]") {
    // scipy 1.10 ttest_ind(log(b), log(a), equal_var=False)
    const Difference d = difference(Numbers{1.00, 1.02, 0.99, 1.01, 1.03},
                                    Numbers{1.05, 1.07, 1.04, 1.10, 1.06, 1.08}, 0);
    CHECK(d.p == Approx(0.0007053210302190519).epsilon(1e-11));
    CHECK(d.ratio == Approx(1.056029363141482).epsilon(1e-13));
    CHECK(d.low95 == Approx(1.0304932782669716).epsilon(1e-11));
    CHECK(d.high95 == Approx(1.0821982436338495).epsilon(1e-11));
    CHECK(d.low90 == Approx(1.0352906492558662).epsilon(1e-11));
    CHECK(d.high90 == Approx(1.0771835103683907).epsilon(1e-11));
    CHECK(d.hodges_lehmann == Approx(1.0546560886092877).epsilon(1e-13));
    CHECK(d.sd_log == Approx(0.018317062636908486).epsilon(1e-12));
    CHECK(d.decidable);
}

TEST_CASE("a known session sd widens the interval and raises p", "[stat][difference]") {
    Random random(31, 1);
    const Numbers a = log_normals(10, 1, 0.005, random), b = log_normals(10, 1.02, 0.005, random);
    const Difference without = difference(a, b, 0), with = difference(a, b, 0.005);
    CHECK(with.ratio == without.ratio);
    CHECK(with.p > without.p);
    CHECK(with.low95 < without.low95);
    CHECK(with.high95 > without.high95);
}

TEST_CASE("swapping the sides gives reciprocals and the mirrored verdict", "[stat][difference]") {
    Random random(32, 1);
    for (int i = 0; i < 500; ++i) {
        const Numbers a = log_normals(5, 1, 0.01, random);
        const Numbers b = log_normals(8, 1 + 0.03 * random.uniform(), 0.02, random);
        const Difference ab = difference(a, b, 0.001), ba = difference(b, a, 0.001);
        REQUIRE(ab.p == ba.p);
        REQUIRE(ab.ratio * ba.ratio == Approx(1).epsilon(1e-15));
        REQUIRE(ab.low95 * ba.high95 == Approx(1).epsilon(1e-15));
        REQUIRE(ab.hodges_lehmann * ba.hodges_lehmann == Approx(1).epsilon(1e-15));
        const Direction there = direction(ab, ab.p, 0.01), back = direction(ba, ba.p, 0.01);
        REQUIRE((there == Direction::slower) == (back == Direction::faster));
        REQUIRE((there == Direction::equivalent) == (back == Direction::equivalent));
    }
}

TEST_CASE("scale and order of the passes change nothing", "[stat][difference]") {
    Random random(33, 1);
    for (int i = 0; i < 200; ++i) {
        Numbers a = log_normals(10, 1, 0.01, random), b = log_normals(10, 1.01, 0.01, random);
        const Difference before = difference(a, b, 0);
        for (double& value : a) value *= 0x1p-20;
        for (double& value : b) value *= 0x1p-20;
        std::reverse(a.begin(), a.end());
        std::rotate(b.begin(), b.begin() + 3, b.end());
        const Difference after = difference(a, b, 0);
        REQUIRE(after.ratio == Approx(before.ratio).epsilon(1e-14));
        REQUIRE(after.p == Approx(before.p).epsilon(1e-8));
        REQUIRE(direction(after, after.p, 0.01) == direction(before, before.p, 0.01));
    }
}

TEST_CASE("a set against itself is exactly 1 and never faster or slower", "[stat][difference]") {
    Random random(34, 1);
    const Numbers a = log_normals(10, 1, 0.02, random);
    const Difference d = difference(a, a, 0);
    CHECK(d.ratio == 1);
    CHECK(d.p == 1);
    CHECK(direction(d, d.p, 0) == Direction::cant_tell);
}

TEST_CASE("equal constants are equivalent, different ones differ for certain",
          "[stat][difference]") {
    const Difference same = difference(Numbers(5, 2.1), Numbers(5, 2.1), 0);
    CHECK(same.p == 1);
    CHECK(same.low95 == 1);
    CHECK(same.high95 == 1);
    CHECK(direction(same, same.p, 0.01) == Direction::equivalent);
    const Difference other = difference(Numbers(5, 2.0), Numbers(5, 2.2), 0);
    CHECK(other.p == 0);
    CHECK(other.low95 == other.high95);
    CHECK(direction(other, other.p, 0.01) == Direction::slower);
    CHECK(verdict(Numbers(5, 2.2), Numbers(5, 2.0)) == Direction::faster);
}

TEST_CASE("constants with a known session sd are judged by it", "[stat][difference]") {
    const Difference d = difference(Numbers(5, 1.0), Numbers(5, 1.01), 0.01);
    // z = ln 1.01 / (0.01 sqrt 2) = 0.7036
    CHECK(d.p == Approx(2 * (1 - 0.5 * std::erfc(-std::log(1.01) / 0.02))).epsilon(1e-10));
}

TEST_CASE("one pass a side, no passes or impossible values cannot be decided",
          "[stat][difference]") {
    CHECK(verdict({1}, {2, 2}) == Direction::cant_tell);
    CHECK(verdict({}, {2, 2}) == Direction::cant_tell);
    CHECK(verdict({1, 0}, {2, 2}) == Direction::cant_tell);
    CHECK(verdict({1, INFINITY}, {2, 2}) == Direction::cant_tell);
    CHECK(difference(Numbers{1}, Numbers{2, 2}, 0).ratio == Approx(2));
}

TEST_CASE("faster and slower need p, size and the sign of Hodges-Lehmann", "[stat][difference]") {
    Difference d;
    d.ratio = d.hodges_lehmann = 1.05;
    d.low90 = 1.03, d.high90 = 1.07;
    d.decidable = true;
    CHECK(direction(d, 0.01, 0.02) == Direction::slower);
    CHECK(direction(d, 0.05, 0.02) == Direction::cant_tell);   // p
    CHECK(direction(d, 0.01, 0.051) == Direction::cant_tell);  // size
    d.hodges_lehmann = 0.99;
    CHECK(direction(d, 0.01, 0.02) == Direction::cant_tell);  // sign
    d.hodges_lehmann = 1.05;
    d.decidable = false;
    CHECK(direction(d, 0.01, 0.02) == Direction::cant_tell);
}

TEST_CASE("equivalent needs the whole 90 % interval inside the margin", "[stat][difference]") {
    Difference d;
    d.ratio = d.hodges_lehmann = 1.002;
    d.decidable = true;
    d.low90 = 1 / 1.0099, d.high90 = 1.0099;
    CHECK(direction(d, 0.5, 0.01) == Direction::equivalent);
    CHECK(direction(d, 0.001, 0.01) == Direction::equivalent);  // there, but too small to matter
    d.high90 = 1.0101;
    CHECK(direction(d, 0.5, 0.01) == Direction::cant_tell);
    d.high90 = 1.0099, d.low90 = 1 / 1.0101;
    CHECK(direction(d, 0.5, 0.01) == Direction::cant_tell);
}
