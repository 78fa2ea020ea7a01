// SPDX-License-Identifier: Apache-2.0
// The spread between sessions: numbers worked out by hand, and made-up sessions of known spread.
#include "core/stat/sessions.hpp"

#include <cmath>

#include <catch2/catch.hpp>

#include "core/base/random.hpp"

namespace assay {
namespace {

std::optional<SessionSpread> spread_of(const SessionGroup& group) {
    return session_spread(std::span(&group, 1));
}

TEST_CASE("three sessions of four passes give the spread computed by hand", "[stat][sessions]") {
    // Means 0 1 2: MSB = 4 (1 + 0 + 1) / 2 = 4, MSW = 1, n0 = 4: (4 - 1) / 4 = 0.75.
    // Upper: F(.05; 2, 9) = 1 / F(.95; 9, 2) = 1 / 19.385 = 0.051587 (tables);
    // (4 / 0.051587 - 1) / 4 = 19.135.
    const auto found = spread_of({{{{4, 0, 1}, {4, 1, 1}, {4, 2, 1}}}});
    REQUIRE(found);
    CHECK(found->sd == Approx(std::sqrt(0.75)));
    CHECK(found->upper95 == Approx(std::sqrt(19.135)).epsilon(1e-3));
    CHECK(found->sessions == 3);
    CHECK(found->freedom == 2);
    // t(.975, 2) = 4.302653 instead of 1.959964.
    CHECK(found->counted_sd() == Approx(std::sqrt(0.75) * 4.302653 / 1.959964));
}

TEST_CASE("sessions of unequal length have their own n0", "[stat][sessions]") {
    // 2 and 4 passes at 0 and 3: mean 2, MSB = 2 * 4 + 4 * 1 = 12; MSW = (1 * 1 + 3 * 1) / 4 = 1;
    // n0 = 6 - 20 / 6 = 2.6667: (12 - 1) / 2.6667 = 4.125.
    const auto found = spread_of({{{{2, 0, 1}, {4, 3, 1}}}});
    REQUIRE(found);
    CHECK(found->sd == Approx(std::sqrt(4.125)));
}

TEST_CASE("cases are averaged before the cut at zero", "[stat][sessions]") {
    // 0.75 as above, and sessions all alike: (0 - 1) / 4 = -0.25. The mean is 0.25.
    const auto found =
        spread_of({{{{4, 0, 1}, {4, 1, 1}, {4, 2, 1}}, {{4, 5, 1}, {4, 5, 1}, {4, 5, 1}}}});
    REQUIRE(found);
    CHECK(found->sd == Approx(0.5));
    CHECK(found->freedom == 2);
}

TEST_CASE("groups are not compared with each other", "[stat][sessions]") {
    const SessionGroup group{{{{4, 0, 1}, {4, 1, 1}, {4, 2, 1}}}};
    SessionGroup far = group;
    for (SessionMoments& session : far.cases[0]) session.mean_log += 100;
    const std::vector<SessionGroup> groups = {group, far};
    const auto found = session_spread(groups);
    REQUIRE(found);
    CHECK(found->sd == Approx(std::sqrt(0.75)));
    CHECK(found->sessions == 6);
    CHECK(found->freedom == 4);
}

TEST_CASE("sessions without any spread have none, and no limit above it", "[stat][sessions]") {
    const auto found = spread_of({{{{5, 1, 0}, {5, 1, 0}}}});
    REQUIRE(found);
    CHECK(found->sd == 0);
    CHECK(found->upper95 == 0);
    CHECK(found->counted_sd() == 0);
}

TEST_CASE("what cannot be told apart gives nothing", "[stat][sessions]") {
    CHECK_FALSE(session_spread({}));
    CHECK_FALSE(spread_of({{{{5, 1, 0.1}}}}));           // one session
    CHECK_FALSE(spread_of({{{{1, 1, 0}, {1, 2, 0}}}}));  // one pass each
}

TEST_CASE("a known spread is found, and its upper limit holds in 95 of 100", "[stat][sessions]") {
    // Sessions of sd 0.8 %, passes of 0.5 %; 5 sessions of 5 passes, 4 cases that share the
    // session. 2000 times: the sd of the share is 0.5 %; the mean of the variance has a relative sd
    // of sqrt(2 / 4) / sqrt(2000) = 1.6 %.
    Random random(31, 32);
    double variance = 0;
    int held = 0;
    for (int i = 0; i < 2000; ++i) {
        SessionGroup group;
        group.cases.resize(4);
        for (int session = 0; session < 5; ++session) {
            const double off = 0.008 * random.normal();
            for (auto& each : group.cases) {
                double sum = 0, squares = 0;
                for (int pass = 0; pass < 5; ++pass) {
                    const double x = 0.005 * random.normal();
                    sum += x;
                    squares += x * x;
                }
                each.push_back({5, off + sum / 5, (squares - sum * sum / 5) / 4});
            }
        }
        const auto found = spread_of(group);
        variance += found->sd * found->sd / 2000;
        held += found->upper95 >= 0.008 ? 1 : 0;
    }
    CHECK(std::sqrt(variance) == Approx(0.008).epsilon(0.04));
    CHECK(held > 1870);
    CHECK(held < 1930);
}

}  // namespace
}  // namespace assay
