// SPDX-License-Identifier: Apache-2.0
// Steps in series with known truth; the rate of false alarms by simulation with fixed seeds.
#include "core/stat/changes.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/stat/families.hpp"

using namespace assay;

namespace {

/// `before` values about 0 and `after` about `step`, sd 1.
std::vector<double> stepped(int before, int after, double step, Random& random) {
    std::vector<double> series = normals(before, 0, 1, random);
    for (const double value : normals(after, step, 1, random)) series.push_back(value);
    return series;
}

std::vector<double> with_outliers(int n, Random& random) {
    std::vector<double> series = normals(n, 0, 1, random);
    for (double& value : series) value *= random.uniform() < 0.05 ? 20 : 1;
    return series;
}

template <class Draw>
double alarms(int trials, std::uint64_t stream, Draw draw) {
    Random random(20261125, stream);
    int count = 0;
    for (int i = 0; i < trials; ++i) count += changes(draw(random), 0.05).empty() ? 0 : 1;
    return static_cast<double>(count) / trials;
}

}  // namespace

TEST_CASE("a step is found where it is, by the first value after it", "[stat][changes]") {
    Random random(1, 1);
    const auto found = changes(stepped(9, 9, 8, random), 0.05);
    REQUIRE(found.size() == 1);
    CHECK(found[0].at == 9);
    CHECK(found[0].p <= 0.001);
}

TEST_CASE("two steps are both found, up and down", "[stat][changes]") {
    Random random(2, 1);
    std::vector<double> series = stepped(10, 12, 8, random);
    for (const double value : normals(10, 0, 1, random)) series.push_back(value);
    const auto found = changes(series, 0.05);
    REQUIRE(found.size() == 2);
    CHECK(found[0].at == 10);
    CHECK(found[1].at == 22);
}

TEST_CASE("fewer than seven values on a side show no step", "[stat][changes]") {
    CHECK(changes(std::vector<double>{1, 1, 1, 1, 1, 1, 9, 9, 9, 9, 9, 9, 9}, 0.05).empty());
    const auto found = changes(std::vector<double>{1, 1, 1, 1, 1, 1, 1, 9, 9, 9, 9, 9, 9, 9}, 0.05);
    REQUIRE(found.size() == 1);
    CHECK(found[0].at == 7);
    // 2 of the 3,432 orders of seven and seven are as clear: p is about 0.0006, and is estimated.
    CHECK(found[0].p < 0.002);
}

TEST_CASE("equal values have no step, whatever their rounding", "[stat][changes]") {
    CHECK(changes(std::vector<double>(40, 0.1), 0.05).empty());
    CHECK(strongest_change({}).p == 1);
}

TEST_CASE("the answer is the same each time", "[stat][changes]") {
    Random random(3, 1);
    const auto series = stepped(10, 10, 1, random);
    CHECK(strongest_change(series).p == strongest_change(series).p);
}

TEST_CASE("a series without a step yields one in at most 5 % of series", "[stat][changes]") {
    // 1,000 series: standard error 0.7 points at 5 %; 7 % is 2.9 of them.
    for (const int n : {14, 20, 50}) {
        const double rate = alarms(1000, static_cast<std::uint64_t>(n),
                                   [n](Random& random) { return normals(n, 0, 1, random); });
        CAPTURE(n, rate);
        CHECK(rate <= 0.07);
        CHECK(rate >= 0.03);  // never to say a word would be no test
    }
    const double wild = alarms(1000, 1, [](Random& random) { return with_outliers(20, random); });
    CAPTURE(wild);
    CHECK(wild <= 0.07);
}

TEST_CASE("a step of two standard deviations among 20 values is found in 90 % of series",
          "[stat][changes]") {
    const double power = alarms(300, 2, [](Random& random) { return stepped(10, 10, 2, random); });
    CAPTURE(power);
    CHECK(power >= 0.9);
}
