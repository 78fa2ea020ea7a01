// SPDX-License-Identifier: Apache-2.0
// The clocks. No test here depends on how fast the machine is.
#include "core/base/clock.hpp"

#include <ctime>
#include <regex>

#include <catch2/catch.hpp>

TEST_CASE("the monotonic clock never steps back and moves", "[base][clock]") {
    const std::uint64_t first = assay::now_ns();
    std::uint64_t last = first;
    while (last == first) {
        const std::uint64_t now = assay::now_ns();
        REQUIRE(now >= last);
        last = now;
    }
}

TEST_CASE("the date is UTC in ISO 8601, seconds, with Z", "[base][clock]") {
    const std::time_t before = std::time(nullptr);
    const std::string text = assay::utc_now();
    const std::time_t after = std::time(nullptr);
    REQUIRE(std::regex_match(text, std::regex("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ")));
    std::tm parts{};
    REQUIRE(strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts) != nullptr);
    const std::time_t said = timegm(&parts);
    CHECK(said >= before);
    CHECK(said <= after);
}
