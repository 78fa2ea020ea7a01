// SPDX-License-Identifier: Apache-2.0
// MLPerf's verdict of a bound, and the one that allows for queries that clump.
#include "core/stat/overlatency.hpp"

#include <cmath>

#include <catch2/catch.hpp>

using namespace assay;

namespace {

/// 30 windows of `queries` each, with these numbers beyond the bound in turn.
Windows windows(std::int64_t queries, const std::vector<std::int64_t>& over) {
    Windows made;
    for (std::size_t i = 0; i < strict_windows; ++i) {
        made.queries.push_back(queries);
        made.over.push_back(over[i % over.size()]);
    }
    return made;
}

}  // namespace

TEST_CASE("MLPerf's verdict is met from the queries needed on", "[stat][overlatency]") {
    const TailRule p99;
    CHECK(kept(662, 1, p99) == Kept::met);
    CHECK(kept(661, 1, p99) == Kept::undecided);
    CHECK(kept(0, 0, p99) == Kept::undecided);
    CHECK(kept(10, 0, p99) == Kept::undecided);
    CHECK(name(Kept::met) == "met");
    CHECK(name(Kept::missed) == "missed");
    CHECK(name(Kept::undecided) == "undecided");
}

TEST_CASE("missed is said only where the opposite is proven", "[stat][overlatency]") {
    const TailRule p99;
    // 1,000 queries, 10 expected beyond; P(X >= 18) = 0.0137, P(X >= 19) = 0.0069 (mpmath).
    CHECK(kept(1000, 10, p99) == Kept::undecided);
    CHECK(kept(1000, 18, p99) == Kept::undecided);
    CHECK(kept(1000, 19, p99) == Kept::missed);
    // P(X >= 1) of one query is 0.01, of two in two 0.0001.
    CHECK(kept(1, 1, p99) == Kept::undecided);  // P = 0.01, in floating point a little more
    CHECK(kept(2, 2, p99) == Kept::missed);
}

TEST_CASE("windows that are as even as chance leave MLPerf's verdict", "[stat][overlatency]") {
    // 60,000 queries, 300 beyond, alternately 5 and 15 of 2,000 …: residuals of 5, variance
    // 30 * 25 * 30/29 = 775.9; independent ones have 60,000 * 0.005 * 0.995 = 298.5: tau = 2.6.
    const StrictVerdict even = strictly_kept(windows(2000, {5, 15}), {});
    CHECK(even.fraction == Approx(0.005));
    CHECK(even.tau == Approx(775.862 / 298.5).epsilon(1e-4));
    // t_{0.99, 29} = 2.4620; 0.005 + 2.4620 sqrt(775.862) / 60,000 = 0.006143
    CHECK(even.upper == Approx(0.006143).epsilon(1e-4));
    CHECK(even.long_enough);
    CHECK(even.kept == Kept::met);
}

TEST_CASE("a clump is not met, though MLPerf's rule is", "[stat][overlatency]") {
    // All 500 of 60,000 in one window in 30: MLPerf's rule allows 544 beyond.
    std::vector<std::int64_t> one(strict_windows, 0);
    one[7] = 500;
    const Windows clumped = windows(2000, one);
    CHECK(kept(clumped.all_queries(), clumped.all_over(), {}) == Kept::met);
    const StrictVerdict verdict = strictly_kept(clumped, {});
    CHECK(verdict.tau > 100);
    CHECK_FALSE(verdict.long_enough);
    CHECK(verdict.kept == Kept::undecided);
}

TEST_CASE("a clump is not proven missed either", "[stat][overlatency]") {
    std::vector<std::int64_t> one(strict_windows, 0);
    one[7] = 900;  // 1.5 %
    const Windows clumped = windows(2000, one);
    CHECK(kept(clumped.all_queries(), clumped.all_over(), {}) == Kept::missed);
    CHECK(strictly_kept(clumped, {}).kept == Kept::undecided);
    CHECK(strictly_kept(windows(2000, {29, 31}), {}).kept == Kept::missed);
}

TEST_CASE("a run too short to certify is undecided", "[stat][overlatency]") {
    // 10 / (1 - 0.99) = 1,000 independent queries; 30 * 33 = 990, none beyond.
    const StrictVerdict brief = strictly_kept(windows(33, {0}), {});
    CHECK(brief.tau == 1);
    CHECK_FALSE(brief.long_enough);
    CHECK(brief.kept == Kept::undecided);
    CHECK(strictly_kept(windows(34, {0}), {}).kept == Kept::met);
}

TEST_CASE("without windows to compare there is no strict verdict", "[stat][overlatency]") {
    CHECK(strictly_kept({}, {}).kept == Kept::undecided);
    CHECK(strictly_kept({{100000, 0}, {0, 0}}, {}).kept == Kept::undecided);
}
