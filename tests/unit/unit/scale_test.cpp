// SPDX-License-Identifier: Apache-2.0
// Numbers for people: a prefix fits the number as printed, a column has one scale.
#include "core/unit/scale.hpp"

#include <array>
#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

using namespace assay;

namespace {

Scale column(const std::vector<double>& values, Unit unit) {
    return common_scale(values, unit);
}

}  // namespace

TEST_CASE("a number takes the prefix in which it is 1 or more", "[unit][scale]") {
    CHECK(format(231.4e9, Unit::flop_per_second) == "231.4 GFLOP/s");
    CHECK(format(0.00142, Unit::second, 3) == "1.42 ms");
    CHECK(format(25e-9, Unit::second) == "25.00 ns");
    CHECK(format(3.2e-6, Unit::second, 2) == "3.2 µs");
    CHECK(format(12, Unit::second, 3) == "12.0 s");
    CHECK(format(2.5e9, Unit::hertz, 2) == "2.5 GHz");
    CHECK(format(0.25, Unit::watt, 2) == "250 mW");
    CHECK(format(-1500, Unit::joule, 2) == "-1.5 kJ");
    CHECK(format(1e18, Unit::op_per_second, 2) == "1.0 Eop/s");
}

TEST_CASE("seconds have no kilo, counts have no milli", "[unit][scale]") {
    CHECK(format(5000, Unit::second) == "5000 s");
    CHECK(format(0.5, Unit::op_per_second, 2) == "0.50 op/s");
    CHECK(format(1234567, Unit::one) == "1234567");
}

TEST_CASE("bytes go by 1024, byte rates by 1000", "[unit][scale]") {
    CHECK(format(16, Unit::byte) == "16 B");
    CHECK(format(1023, Unit::byte) == "1023 B");
    CHECK(format(1024, Unit::byte) == "1.000 KiB");
    CHECK(format(38.5 * 1024 * 1024, Unit::byte) == "38.50 MiB");
    CHECK(format(21.5e9, Unit::byte_per_second, 3) == "21.5 GB/s");
}

TEST_CASE("a number that rounds up to the next prefix takes it", "[unit][scale]") {
    CHECK(format(999.96e9, Unit::flop_per_second) == "1.000 TFLOP/s");
    CHECK(format(999.94e9, Unit::flop_per_second) == "999.9 GFLOP/s");
    CHECK(format(999.96e-6, Unit::second) == "1.000 ms");
    CHECK(format(1023.97 * 1024, Unit::byte) == "1.000 MiB");
    CHECK(format(1023.7 * 1024, Unit::byte) == "0.9997 MiB");  // with four digits 1024 KiB
    CHECK(column({999.96e9}, Unit::flop_per_second).prefix == "T");
    CHECK(column({999.94e9}, Unit::flop_per_second).prefix == "G");
}

TEST_CASE("exact powers of a thousand do not fall to the prefix below", "[unit][scale]") {
    CHECK(format(1e-6, Unit::second, 3) == "1.00 µs");
    CHECK(format(1e-3, Unit::second, 3) == "1.00 ms");
    CHECK(format(1e12, Unit::flop_per_second, 3) == "1.00 TFLOP/s");
    CHECK(format(1e15, Unit::flop_per_second, 3) == "1.00 PFLOP/s");
}

TEST_CASE("a column is scaled by its smallest magnitude, zero and NaN aside", "[unit][scale]") {
    const Scale scale = column({0, 3.1e9, NAN, 450e9, -2.5e12}, Unit::flop_per_second);
    CHECK(scale.prefix == "G");
    CHECK(format_in(450e9, scale) == "450.0");
    CHECK(format_in(-2.5e12, scale) == "-2500");
    CHECK(format_in(0, scale) == "0");
    CHECK(format_in(NAN, scale) == "n/a");
}

TEST_CASE("a column without numbers has the plain unit", "[unit][scale]") {
    for (const std::vector<double>& values : {std::vector<double>{}, {0, 0}, {INFINITY}}) {
        CHECK(column(values, Unit::second).factor == 1);
        CHECK(column(values, Unit::second).prefix.empty());
    }
}

TEST_CASE("digits are significant ones, before and after rounding", "[unit][scale]") {
    const Scale plain;
    CHECK(format_in(123456, plain) == "123500");
    CHECK(format_in(9.9996, plain) == "10.00");
    CHECK(format_in(0.012345, plain, 3) == "0.0123");
    CHECK(format_in(1, plain, 1) == "1");
    CHECK(format_in(1e-300, plain) == "0.000000000000");
}

TEST_CASE("what is not a number prints as n/a", "[unit][scale]") {
    CHECK(format(NAN, Unit::second) == "n/a");
    CHECK(format(INFINITY, Unit::byte) == "n/a");
    CHECK(format(0, Unit::second) == "0 s");
}

TEST_CASE("durations round to what a person waits for", "[unit][scale]") {
    CHECK(format_duration(0) == "0 s");
    CHECK(format_duration(0.2) == "< 1 s");
    CHECK(format_duration(45.4) == "45 s");
    CHECK(format_duration(59.7) == "1 min 00 s");
    CHECK(format_duration(125) == "2 min 05 s");
    CHECK(format_duration(3599.6) == "1 h 00 min");
    CHECK(format_duration(4200) == "1 h 10 min");
    CHECK(format_duration(7199) == "2 h 00 min");
    CHECK(format_duration(-1) == "n/a");
    CHECK(format_duration(NAN) == "n/a");
}

TEST_CASE("every unit has its symbol", "[unit]") {
    CHECK(symbol(Unit::flop_per_second) == "FLOP/s");
    CHECK(symbol(Unit::byte) == "B");
    CHECK(symbol(Unit::one).empty());
}
