// SPDX-License-Identifier: Apache-2.0
// Percentiles: how many readings they take, their ranks against brute force, and their words.
#include "core/stat/percentile.hpp"

#include <cmath>
#include <numeric>

#include <catch2/catch.hpp>

#include "tests/unit/stat/families.hpp"

using namespace assay;

namespace {

std::vector<double> one_to(std::int64_t n) {
    std::vector<double> values(static_cast<std::size_t>(n));
    std::iota(values.begin(), values.end(), 1.0);
    // Any fixed order without correlation: ascending ones would count as dependent.
    Random random(20261124, 1);
    const auto order = permutation(static_cast<std::uint32_t>(n), random);
    std::vector<double> mixed;
    for (const auto i : order) mixed.push_back(values[i]);
    return mixed;
}

/// P(X = j), j = 0..n, by the recurrence of Pascal's triangle: no function of the library.
std::vector<double> binomial_masses(int n, double q) {
    std::vector<double> masses{1};
    for (int i = 0; i < n; ++i) {
        masses.push_back(0);
        for (std::size_t j = masses.size() - 1; j > 0; --j) {
            masses[j] = masses[j] * (1 - q) + masses[j - 1] * q;
        }
        masses[0] *= 1 - q;
    }
    return masses;
}

}  // namespace

TEST_CASE("the least numbers of readings are those of the table", "[stat][percentile]") {
    struct Row {
        double q;
        int least, bound, enough;
    };
    // research/statistics 1.5, checked by hand: q^n <= 0.025 and q^n <= 0.05; 4 z^2 q / (1 - q).
    for (const Row& row : {Row{0.5, 6, 5, 30}, Row{0.9, 36, 29, 139}, Row{0.95, 72, 59, 292},
                           Row{0.99, 368, 299, 1522}, Row{0.999, 3688, 2995, 15351}}) {
        CAPTURE(row.q);
        CHECK(least_readings(row.q) == row.least);
        CHECK(least_readings_for_bound(row.q) == row.bound);
        CHECK(enough_readings(row.q) == row.enough);
    }
}

TEST_CASE("the tail below needs as many readings as the one above", "[stat][percentile]") {
    CHECK(least_readings(0.1) == 36);
    CHECK(enough_readings(0.1) == 139);
}

TEST_CASE("ranks are those of brute force for every n up to 200", "[stat][percentile]") {
    const double q = GENERATE(0.1, 0.5, 0.9, 0.95);
    for (int n = static_cast<int>(least_readings(q)); n <= 200; ++n) {
        const std::vector<double> mass = binomial_masses(n, q);
        int low = 0, high = n + 1;
        double below = 0, above = 0;  // P(X <= low), P(X >= high - 1)
        while (below + mass[static_cast<std::size_t>(low)] <= 0.025) {
            below += mass[static_cast<std::size_t>(low++)];
        }
        while (above + mass[static_cast<std::size_t>(high - 1)] <= 0.025) {
            above += mass[static_cast<std::size_t>(--high)];
        }
        // one_to(n) may look a little correlated; then its ranks are wider, and not those meant.
        const Percentile found = percentile(one_to(n), q);
        if (found.effective < n) continue;
        CAPTURE(q, n);
        CHECK(found.value.low == low);
        CHECK(found.value.high == high);
        CHECK(found.value.center == std::ceil(q * n - 1e-9));
    }
}

TEST_CASE("one reading fewer than needed gives no number but the reason", "[stat][percentile]") {
    const Percentile less = percentile(one_to(367), 0.99), enough = percentile(one_to(368), 0.99);
    REQUIRE(less.effective == 367);
    CHECK_FALSE(less.available());
    CHECK(percentile_text(less, "1 ms") == "n/a (n=367 < 368)");
    CHECK(enough.available());
    CHECK(enough.value.high == 368);
    CHECK(percentile_text(enough, "1 ms") == "1 ms (low n)");
    CHECK(percentile_text(percentile(one_to(1600), 0.99), "1 ms") == "1 ms");
    CHECK(percentile_text(percentile({}, 0.5), "") == "n/a (n=0 < 6)");
}

TEST_CASE("correlated readings count as fewer", "[stat][percentile]") {
    Random random(20261124, 2);
    const Percentile p90 = percentile(autoregression(200, 0.9, random), 0.9);
    // tau of phi = 0.9 is (1 + phi) / (1 - phi) = 19: about 11 of 200
    CHECK(p90.effective < 36);
    CHECK_FALSE(p90.available());
    CHECK_THAT(percentile_text(p90, ""), Catch::StartsWith("n/a (n_eff="));
}

TEST_CASE("the interval holds the true quantile in 95 % or more", "[stat][percentile]") {
    const double q = GENERATE(0.5, 0.9);
    const double truth = q == 0.5 ? 0 : 1.2815515655446004;  // normal
    Random random(20261124, 3);
    int covered = 0;
    constexpr int trials = 1000;
    for (int i = 0; i < trials; ++i) {
        const Percentile found = percentile(normals(139, 0, 1, random), q);
        covered += found.value.low <= truth && truth <= found.value.high ? 1 : 0;
    }
    CHECK(covered >= 0.93 * trials);  // 0.95 less three standard errors of 0.7 points
}
