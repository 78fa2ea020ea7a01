// SPDX-License-Identifier: Apache-2.0
// Schedules: bit for bit against docs/random.md, and the properties of a Poisson process.
#include "core/workload/arrivals.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <catch2/catch.hpp>

using namespace assay;

TEST_CASE("a Poisson schedule is the published one, bit for bit", "[workload][arrivals]") {
    // From a second implementation in Python, by the text of docs/random.md alone.
    const Arrivals arrivals = poisson_arrivals({.rate = 1000, .min_queries = 1000, .seed = 42});
    const Arrivals first = {466914, 1360684, 2851704, 4171794, 4452674, 4674967, 6995829, 8057194};
    REQUIRE(arrivals.size() == 1000);
    CHECK(std::equal(first.begin(), first.end(), arrivals.begin()));
    CHECK(arrivals.back() == 994550441);
    CHECK(schedule_hash(arrivals) ==
          "5e66038406a7921f9b287d3bd68865d98fd8cddb4d42c76c46e6f6f00351b3ea");
}

TEST_CASE("the rate stretches a schedule, the seed changes it", "[workload][arrivals]") {
    const auto last = [](double rate, std::uint64_t seed) {
        return poisson_arrivals({.rate = rate, .min_queries = 100, .seed = seed}).back();
    };
    CHECK(std::abs(double(last(1000, 1)) - 10 * double(last(10000, 1))) <= 10);
    CHECK(last(1000, 1) != last(1000, 2));
}

TEST_CASE("a Poisson schedule has the rate, spread and gaps of one", "[workload][arrivals]") {
    constexpr int n = 200'000;
    const Arrivals at = poisson_arrivals({.rate = 50, .min_queries = n, .seed = 20261125});
    CHECK(std::is_sorted(at.begin(), at.end()));
    // n gaps of mean 20 ms: their sum has a relative sd of 1 / sqrt(n) = 0.0022
    CHECK(double(at.back()) == Approx(n * 20e6).epsilon(0.01));
    // Exponential: P(gap > 3 means) = 0.0498, sd of the count's share 0.0005
    int long_gaps = 0;
    for (std::size_t i = 1; i < n; ++i) long_gaps += at[i] - at[i - 1] > 60'000'000 ? 1 : 0;
    CHECK(double(long_gaps) / n == Approx(0.0498).margin(0.002));
    // Counts in windows of 1 s: variance / mean = 1, with a relative sd of sqrt(2 / 4,000) = 0.022
    std::vector<double> counts(4000);
    for (const std::int64_t each : at) {
        const auto second = static_cast<std::size_t>(each / 1'000'000'000);
        if (second < counts.size()) ++counts[second];
    }
    double squares = 0;
    for (std::size_t i = 0; i < 3900; ++i) squares += (counts[i] - 50) * (counts[i] - 50);
    CHECK(squares / 3900 / 50 == Approx(1).margin(0.1));
}

TEST_CASE("a schedule lasts until both limits are reached", "[workload][arrivals]") {
    const Arrivals timed =
        poisson_arrivals({.rate = 100, .min_queries = 1, .min_seconds = 2, .seed = 3});
    CHECK(timed.back() >= 2'000'000'000);
    CHECK(timed[timed.size() - 2] < 2'000'000'000);
    const Arrivals counted =
        poisson_arrivals({.rate = 100, .min_queries = 500, .min_seconds = 2, .seed = 3});
    CHECK(counted.size() == 500);
    CHECK(poisson_arrivals({.rate = 1, .min_queries = 0}).empty());
}

TEST_CASE("a rate too low for 64-bit times is refused", "[workload][arrivals]") {
    CHECK_THROWS_AS(poisson_arrivals({.rate = 1e-9, .min_queries = 1}), std::invalid_argument);
    CHECK_THROWS_AS(poisson_arrivals({.rate = 0, .min_queries = 1}), std::invalid_argument);
    CHECK_THROWS_AS(poisson_arrivals({.rate = -1, .min_seconds = 1}), std::invalid_argument);
}

TEST_CASE("bursts come together at equal intervals", "[workload][arrivals]") {
    CHECK(burst_arrivals(6, 4, 1000) == Arrivals{0, 0, 0, 0, 1000, 1000});
    CHECK(burst_arrivals(3, 1, 10) == Arrivals{0, 10, 20});
    CHECK(burst_arrivals(0, 4, 1000).empty());
}

TEST_CASE("the hash of a schedule is that of its little-endian offsets", "[workload][arrivals]") {
    // sha256sum of the 48 bytes, by Python's hashlib and struct
    CHECK(schedule_hash(burst_arrivals(6, 4, 1000)) ==
          "86087452be7ae667ecc927b534868500eb97e7ae26a05b3ac436e942042e22ce");
    // FIPS 180-4: of nothing
    CHECK(schedule_hash({}) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
