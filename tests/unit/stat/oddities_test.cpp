// SPDX-License-Identifier: Apache-2.0
// What is odd about a sample is said in words, and nothing is said of an ordinary one.
#include <catch2/catch.hpp>

#include "core/stat/sample.hpp"
#include "tests/unit/stat/families.hpp"

using namespace assay;
using Words = std::vector<std::string>;

namespace {

std::vector<double> quiet(int n) {
    Random random(21, static_cast<std::uint64_t>(n));
    return normals(n, 100, 0.5, random);
}

}  // namespace

TEST_CASE("ordinary readings have nothing odd", "[stat][oddities]") {
    CHECK(oddities(quiet(40)).empty());
    CHECK(oddities(quiet(1000)).empty());
    CHECK(oddities(std::vector<double>(30, 5.0)).empty());
    CHECK(oddities({}).empty());
    CHECK(oddities(std::vector<double>{1}).empty());
}

TEST_CASE("false alarms are rare", "[stat][oddities]") {
    Random random(22, 1);
    int alarms = 0;
    for (int i = 0; i < 500; ++i) alarms += oddities(normals(40, 100, 0.5, random)).empty() ? 0 : 1;
    CHECK(alarms <= 10);  // 2 %
}

TEST_CASE("readings far out are counted", "[stat][oddities]") {
    std::vector<double> values = quiet(40);
    values[7] = values[20] = 150;
    CHECK(oddities(values) == Words{"outliers: 2 of 40 readings beyond 10 MAD"});
    values[0] = 200;
    CHECK(oddities(values) ==
          Words{"heavy tail: 3 of 40 readings beyond 10 MAD, the first among them"});
}

TEST_CASE("one other reading among equal ones is found although the MAD is 0", "[stat][oddities]") {
    std::vector<double> values(30, 5.0);
    values[9] = 5.1;
    CHECK(oddities(values) == Words{"outliers: 1 of 30 readings beyond 10 MAD"});
    values[9] = 5.001;  // one tick of a coarse clock
    CHECK(oddities(values).empty());
}

TEST_CASE("two clusters are named with their sizes and distance", "[stat][oddities]") {
    std::vector<double> values = quiet(40);
    for (std::size_t i = 0; i < values.size(); i += 2) values[i] += 20;
    const Words found = oddities(values);
    REQUIRE(found.size() == 1);
    CHECK_THAT(found[0], Catch::StartsWith("two clusters: 20 and 20 readings, "));
}

TEST_CASE("few effective readings are said", "[stat][oddities]") {
    std::vector<double> values = quiet(60);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += static_cast<double>(i);
    const Words found = oddities(values);
    REQUIRE(found.size() == 1);
    CHECK_THAT(found[0], Catch::StartsWith("low n_eff: 60 dependent readings count as "));
}
