// SPDX-License-Identifier: Apache-2.0
// Warm-up is cut, quiet readings are not; what still moves is flagged. Rates: docs/acceptance.md.
#include "core/stat/steady.hpp"

#include <catch2/catch.hpp>

#include "core/stat/sample.hpp"
#include "tests/unit/stat/families.hpp"

using namespace assay;

namespace {

/// Readings about 1 with sd 0.5 %, the first longer by `extra`, of which 1/e is left after `tau`.
std::vector<double> settling(int n, double extra, double tau, std::uint64_t stream) {
    Random random(20261124, stream);
    std::vector<double> values = normals(n, 1, 0.005, random);
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] *= 1 + extra * std::exp(-static_cast<double>(i) / tau);
    }
    return values;
}

bool flagged(const Steady& steady) {
    return !steady.reached || steady.drifting;
}

}  // namespace

TEST_CASE("quiet readings are kept, all of them", "[stat][steady]") {
    const Steady steady = steady_part(settling(200, 0, 1, 1));
    CHECK(steady.cut == 0);
    CHECK(steady.reached);
    CHECK_FALSE(steady.drifting);
    CHECK(std::abs(steady.drift) < 0.0025);
}

TEST_CASE("a short warm-up is cut and leaves the median within 0.1 %", "[stat][steady]") {
    const auto values = settling(200, 0.2, 5, 2);
    const Steady steady = steady_part(values);
    CHECK(steady.cut >= 15);  // e^-3 of 20 % is 1 %, twice the noise
    CHECK(steady.cut % 5 == 0);
    CHECK(std::abs(median(std::span(values).subspan(steady.cut)) - 1) < 0.001);
    CHECK_FALSE(flagged(steady));
}

TEST_CASE("a warm-up that outlasts the readings is flagged", "[stat][steady]") {
    const Steady steady = steady_part(settling(200, 0.2, 50, 3));
    CHECK_FALSE(steady.reached);
    CHECK(steady.cut == 100);
    CHECK(steady.drift < 0);
}

TEST_CASE("a slow droop is called a drift", "[stat][steady]") {
    const Steady steady = steady_part(settling(1000, -0.05, 300, 4));
    CHECK(steady.drifting);
    CHECK(steady.drift > 0.0025);  // what is kept still rises towards 1
}

TEST_CASE("outliers are neither warm-up nor drift", "[stat][steady]") {
    std::vector<double> values = settling(60, 0, 1, 5);
    for (std::size_t i = 3; i < values.size(); i += 7) values[i] *= 1.5;
    CHECK_FALSE(flagged(steady_part(values)));
    CHECK(steady_part(values).cut == 0);
}

TEST_CASE("under 30 readings nothing is cut or flagged", "[stat][steady]") {
    std::vector<double> falling;
    for (int i = 0; i < 29; ++i) falling.push_back(100 - i);
    CHECK(steady_part(falling).cut == 0);
    CHECK_FALSE(flagged(steady_part(falling)));
    falling.push_back(71);
    CHECK(flagged(steady_part(falling)));
    CHECK(steady_part({}).cut == 0);
}

TEST_CASE("equal readings, and a step between equal ones", "[stat][steady]") {
    std::vector<double> values(100, 3.0);
    CHECK(steady_part(values).cut == 0);
    CHECK_FALSE(flagged(steady_part(values)));
    for (std::size_t i = 0; i < 20; ++i) values[i] = 4;
    CHECK(steady_part(values).cut == 20);
    CHECK_FALSE(flagged(steady_part(values)));
}

TEST_CASE("passes that drift the same way drift together, others do not", "[stat][steady]") {
    std::vector<Steady> passes(10);
    for (std::size_t i = 0; i < passes.size(); ++i) {
        passes[i].drifting = true;
        passes[i].drift = i % 2 == 0 ? 0.01 : -0.011;
    }
    CHECK_FALSE(together(passes).drifting);
    for (std::size_t i = 0; i < passes.size(); ++i) passes[i].drift = i % 2 == 0 ? 0.01 : 0.004;
    CHECK(together(passes).drifting);
    CHECK(together(passes).drift == Approx(0.007).margin(0.0001));  // the mean of both
    for (Steady& each : passes) each.drift *= 0.3;                  // 0.21 %: too little to matter
    CHECK_FALSE(together(passes).drifting);
    CHECK(together(std::span(passes).first(2)).drifting);
    CHECK_FALSE(together({}).drifting);
}

TEST_CASE("a case is steady when half of its passes are", "[stat][steady]") {
    std::vector<Steady> passes(4);
    passes[0].reached = passes[1].reached = false;
    passes[1].cut = 20;
    CHECK(together(passes).reached);
    CHECK(together(passes).cut == 20);
    passes[2].reached = false;
    CHECK_FALSE(together(passes).reached);
}

TEST_CASE("a change of unit changes nothing", "[stat][steady]") {
    auto values = settling(300, 0.1, 20, 6);
    const Steady first = steady_part(values);
    for (double& each : values) each *= 1024;
    const Steady second = steady_part(values);
    CHECK(second.cut == first.cut);
    CHECK(second.drift == first.drift);
    CHECK(flagged(second) == flagged(first));
}
