// SPDX-License-Identifier: Apache-2.0
#include "core/stat/overlap.hpp"

#include <catch2/catch.hpp>

namespace assay {
namespace {

using Spans = std::vector<TimeSpan>;

TEST_CASE("what overlaps is what all others share with the window", "[stat]") {
    const TimeSpan window{100, 200};
    const std::vector<Spans> one{{{50, 150}, {160, 170}}};
    CHECK(overlapped_ns(window, one) == 50 + 10);
    // The second is at work from 140 to 165: 140 to 150 and 160 to 165 are of both.
    const std::vector<Spans> two{{{50, 150}, {160, 170}}, {{140, 165}}};
    CHECK(overlapped_ns(window, two) == 10 + 5);
    const std::vector<Spans> never{{{50, 150}}, {{150, 250}}};
    CHECK(overlapped_ns(window, never) == 0);
}

TEST_CASE("ends count, and what is empty or backwards is no time", "[stat]") {
    const std::vector<Spans> whole{{{100, 200}}};
    CHECK(overlapped_ns({100, 200}, whole) == 100);
    CHECK(overlapped_ns({200, 300}, whole) == 0);
    CHECK(overlapped_ns({0, 0}, whole) == 0);
    CHECK(overlapped_ns({180, 120}, whole) == 0);
    const std::vector<Spans> backwards{{{200, 100}, {0, 0}}};
    CHECK(overlapped_ns({100, 200}, backwards) == 0);
    CHECK(overlapped_ns({100, 200}, {}) == 100);  // nobody else is missing
}

}  // namespace
}  // namespace assay
