// SPDX-License-Identifier: Apache-2.0
// Statistics of one pass, on numbers that can be checked by hand or have a known truth.
#include "core/stat/sample.hpp"

#include <algorithm>
#include <numeric>

#include <catch2/catch.hpp>

#include "core/stat/distribution.hpp"
#include "tests/unit/stat/families.hpp"

using namespace assay;
using Numbers = std::vector<double>;

namespace {

/// 1 … n, so that a value is its own rank, in an order that does not look dependent by chance.
Numbers ranks(std::uint32_t n) {
    Random random(1, n);
    Numbers values;
    do {
        values.clear();
        for (const std::uint32_t i : permutation(n, random)) values.push_back(i + 1.0);
    } while (autocorrelation_time(values) > 1.2);
    return values;
}

}  // namespace

TEST_CASE("the median is the middle, or between the two middle ones", "[stat][sample]") {
    CHECK(median(Numbers{3}) == 3);
    CHECK(median(Numbers{9, 1, 5}) == 5);
    CHECK(median(Numbers{4, 1, 3, 2}) == 2.5);
    CHECK(median(Numbers{1e308, 1.5e308}) == 1.25e308);
}

TEST_CASE("a quantile is the reading of rank ceil(q n)", "[stat][sample]") {
    const Numbers values = ranks(100);
    CHECK(quantile(values, 0.99) == 99);  // 0.99 * 100 must not round up to rank 100
    CHECK(quantile(values, 0.991) == 100);
    CHECK(quantile(values, 0.5) == 50);
    CHECK(quantile(values, 1) == 100);
    CHECK(quantile(values, 1e-9) == 1);
    CHECK(quantile(ranks(7), 0.9) == 7);
}

TEST_CASE("the scaled MAD estimates the sd of a normal", "[stat][sample]") {
    CHECK(scaled_mad(Numbers{1, 2, 3, 4, 100}) == Approx(1.4826));
    CHECK(scaled_mad(Numbers{5, 5, 5}) == 0);
    Random random(2, 2);
    CHECK(scaled_mad(normals(20'000, 10, 3, random)) == Approx(3).epsilon(0.03));
}

TEST_CASE("independent readings have an autocorrelation time near 1", "[stat][sample]") {
    Random random(3, 1);
    CHECK(autocorrelation_time(normals(5000, 100, 1, random)) < 1.2);
    CHECK(autocorrelation_time(Numbers(50, 7.0)) == 1);
    CHECK(autocorrelation_time(Numbers{1, 2}) == 1);
}

TEST_CASE("the autocorrelation time of AR(1) 0.9 is (1 + 0.9) / (1 - 0.9) = 19", "[stat][sample]") {
    Random random(3, 2);
    double sum = 0;
    for (int i = 0; i < 20; ++i) sum += autocorrelation_time(autoregression(5000, 0.9, random));
    CHECK(sum / 20 == Approx(19).epsilon(0.1));
}

TEST_CASE("the interval of the median has the exact binomial ranks", "[stat][sample]") {
    struct Row {
        std::uint32_t n;
        double low, high;
    };
    // research/statistics 1.5
    const Row table[] = {{6, 1, 6},    {10, 2, 9},   {15, 4, 12},   {20, 6, 15},
                         {30, 10, 21}, {50, 18, 33}, {100, 40, 61}, {1000, 469, 532}};
    for (const Row& row : table) {
        const Numbers values = ranks(row.n);
        CAPTURE(row.n);
        const Interval interval = median_interval(values);
        CHECK(interval.low == row.low);
        CHECK(interval.high == row.high);
        CHECK(interval.center == (row.n % 2 == 1 ? (row.n + 1) / 2.0 : row.n / 2.0 + 0.5));
        CHECK(interval.confidence == 0.95);
    }
}

TEST_CASE("the ranks are the narrowest symmetric ones that keep the confidence, up to n = 200",
          "[stat][sample]") {
    for (std::uint32_t n = 6; n <= 200; ++n) {
        const Numbers values = ranks(n);
        const auto low = static_cast<std::int64_t>(median_interval(values).low);
        CAPTURE(n, low);
        CHECK(binomial_cdf(low - 1, n, 0.5) <= 0.025);
        CHECK(binomial_cdf(low, n, 0.5) > 0.025);
    }
}

TEST_CASE("too few readings have no interval, but still a middle", "[stat][sample]") {
    const Interval five = median_interval(Numbers{1, 5, 2, 4, 3});
    CHECK(five.confidence == 0);
    CHECK(five.center == 3);
    CHECK(five.low == 0);
    CHECK(five.high == 0);
    CHECK(median_interval({}).confidence == 0);
}

TEST_CASE("readings that all depend on each other have no interval", "[stat][sample]") {
    Numbers steps(20, 1.0);
    std::fill(steps.begin() + 10, steps.end(), 2.0);
    CHECK(median_interval(steps).confidence == 0);
}

TEST_CASE("correlation widens the interval", "[stat][sample]") {
    Random random(4, 1);
    const Numbers correlated = autoregression(1000, 0.9, random);
    Numbers shuffled;
    for (const std::uint32_t i : permutation(1000, random)) shuffled.push_back(correlated[i]);
    CHECK(median_interval(correlated).relative_half_width() >
          2 * median_interval(shuffled).relative_half_width());
}

TEST_CASE("the half width is relative to the centre", "[stat][sample]") {
    CHECK(Interval{100, 98, 104, 0.95}.relative_half_width() == Approx(0.03));
    CHECK(Interval{0, -1, 1, 0.95}.relative_half_width() == 0);
    CHECK(Interval{-100, -104, -98, 0.95}.relative_half_width() == Approx(0.03));
}

TEST_CASE("the stopping rule looks at 30, 45, 68, 102 readings", "[stat][sample]") {
    const StoppingRule rule;
    CHECK(rule.next_look(0) == 30);
    CHECK(rule.next_look(30) == 45);
    CHECK(rule.next_look(45) == 68);
    CHECK(rule.next_look(68) == 102);
}

TEST_CASE("the stopping rule asks for enough readings and a narrow interval", "[stat][sample]") {
    const StoppingRule rule;
    CHECK_FALSE(rule.satisfied(Numbers(29, 1.0)));
    CHECK(rule.satisfied(Numbers(30, 1.0)));
    Random random(5, 1);
    CHECK(rule.satisfied(normals(300, 100, 0.5, random)));
    CHECK_FALSE(rule.satisfied(normals(300, 100, 5, random)));
    Numbers steps(40, 1.0);  // without an interval there is nothing to be satisfied with
    std::fill(steps.begin() + 20, steps.end(), 1.001);
    CHECK_FALSE(rule.satisfied(steps));
}

TEST_CASE("scaling the readings scales every statistic", "[stat][sample]") {
    Random random(7, 1);
    const Numbers values = autoregression(200, 0.5, random);
    Numbers scaled = values;
    for (double& value : scaled) value *= 0x1p-30;
    CHECK(median(scaled) == median(values) * 0x1p-30);
    CHECK(quantile(scaled, 0.9) == quantile(values, 0.9) * 0x1p-30);
    CHECK(scaled_mad(scaled) == scaled_mad(values) * 0x1p-30);
    CHECK(autocorrelation_time(scaled) == autocorrelation_time(values));
    CHECK(median_interval(scaled).low == median_interval(values).low * 0x1p-30);
}

TEST_CASE("no statistic changes the order of its readings", "[stat][sample]") {
    Random random(8, 1);
    const Numbers original = normals(101, 100, 1, random);
    const Numbers values = original;  // const: a compile-time promise, and checked all the same
    median(values), quantile(values, 0.9), scaled_mad(values), autocorrelation_time(values);
    median_interval(values), oddities(values);
    [[maybe_unused]] const bool enough = StoppingRule{}.satisfied(values);
    CHECK(values == original);
}
