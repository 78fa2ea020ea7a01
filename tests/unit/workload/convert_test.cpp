// SPDX-License-Identifier: Apache-2.0
// Every code of every narrow type, and the rounding between them.
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/base/error.hpp"
#include "core/workload/dtype.hpp"
#include "core/workload/names.hpp"

namespace assay {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// value rounded to dtype and back.
double through(Dtype dtype, double value) {
    std::array<std::byte, 8> cell{};
    store(cell, dtype, 0, value);
    return load(cell, dtype, 0);
}

std::uint64_t code_of(Dtype dtype, double value) {
    std::array<std::byte, 8> cell{};
    store(cell, dtype, 0, value);
    std::uint64_t code = 0;
    std::memcpy(&code, cell.data(), sizeof code);
    return code;
}

double value_of(Dtype dtype, std::uint64_t code) {
    std::array<std::byte, 8> cell{};
    std::memcpy(cell.data(), &code, sizeof code);
    return load(cell, dtype, 0);
}

struct Layout {
    Dtype dtype;
    unsigned exponent_bits, fraction_bits;
    bool finite_only;
};
constexpr std::array<Layout, 4> layouts = {{{Dtype::f16, 5, 10, false},
                                            {Dtype::bf16, 8, 7, false},
                                            {Dtype::f8e4m3, 4, 3, true},
                                            {Dtype::f8e5m2, 5, 2, false}}};

/// The value by the definition: (-1)^s 2^(e - bias) (1.f), or 2^(1 - bias) (0.f) for e = 0.
double by_definition(const Layout& layout, unsigned code) {
    const unsigned fraction = code & ((1U << layout.fraction_bits) - 1);
    const unsigned ones = (1U << layout.exponent_bits) - 1;
    const unsigned exponent = code >> layout.fraction_bits & ones;
    const bool negative = code >> (layout.fraction_bits + layout.exponent_bits) & 1U;
    const int bias = static_cast<int>(ones / 2), places = static_cast<int>(layout.fraction_bits);
    const double sign = negative ? -1 : 1;
    const bool all_fraction = fraction == (1U << layout.fraction_bits) - 1;
    if (exponent == ones && layout.finite_only && all_fraction) return nan;
    if (exponent == ones && !layout.finite_only) return fraction == 0 ? sign * infinity : nan;
    const double hidden = exponent == 0 ? 0 : 1;
    const int power = exponent == 0 ? 1 - bias : static_cast<int>(exponent) - bias;
    return sign * std::ldexp(hidden + std::ldexp(fraction, -places), power);
}

}  // namespace

TEST_CASE("every code of the narrow floating types has the value of its definition") {
    for (const Layout& layout : layouts) {
        const unsigned codes = 1U << static_cast<unsigned>(bits(layout.dtype));
        for (unsigned code = 0; code < codes; ++code) {
            const double expected = by_definition(layout, code);
            const double found = value_of(layout.dtype, code);
            if (std::isnan(expected) ? std::isnan(found) : found == expected) continue;
            FAIL(name(layout.dtype) << " code " << code << ": " << found << " != " << expected);
        }
    }
}

TEST_CASE("every code of the 8-bit and 16-bit types survives a round trip") {
    for (const Dtype dtype :
         {Dtype::f16, Dtype::bf16, Dtype::f8e4m3, Dtype::f8e5m2, Dtype::i8, Dtype::u8}) {
        const std::uint64_t codes = 1ULL << static_cast<unsigned>(bits(dtype));
        std::uint64_t nans = 0;
        for (std::uint64_t code = 0; code < codes; ++code) {
            const double value = value_of(dtype, code);
            if (std::isnan(value)) {
                ++nans;
                REQUIRE(std::isnan(through(dtype, value)));
            } else if (code_of(dtype, value) != code) {
                FAIL(name(dtype) << " code " << code << " comes back as " << code_of(dtype, value));
            }
        }
        // Two signs of every fraction but 0; e4m3 has one NaN of each sign.
        const std::uint64_t expected = dtype == Dtype::f16      ? 2046
                                       : dtype == Dtype::bf16   ? 254
                                       : dtype == Dtype::f8e5m2 ? 6
                                       : dtype == Dtype::f8e4m3 ? 2
                                                                : 0;
        REQUIRE(nans == expected);
    }
}

TEST_CASE("between two neighbours the nearer is stored, and the even one from the middle") {
    for (const Layout& layout : layouts) {
        const unsigned sign = 1U << (layout.exponent_bits + layout.fraction_bits);
        for (unsigned code = 0; code + 1 < sign; ++code) {
            const double low = by_definition(layout, code), high = by_definition(layout, code + 1);
            if (!std::isfinite(low) || !std::isfinite(high)) continue;
            const double middle = low + (high - low) / 2;
            const unsigned even = code % 2 == 0 ? code : code + 1;
            const bool right =
                code_of(layout.dtype, middle) == even &&
                code_of(layout.dtype, std::nextafter(middle, 0)) == code &&
                code_of(layout.dtype, std::nextafter(middle, infinity)) == code + 1 &&
                code_of(layout.dtype, -middle) == (even | sign);
            if (!right) FAIL(name(layout.dtype) << " beside code " << code);
        }
    }
}

TEST_CASE("past the largest value e4m3 saturates and the others become infinite") {
    REQUIRE(through(Dtype::f8e4m3, 464) == 448);
    REQUIRE(through(Dtype::f8e4m3, 1e30) == 448);
    REQUIRE(through(Dtype::f8e4m3, -infinity) == -448);
    REQUIRE(through(Dtype::f16, 65519.99) == 65504);
    REQUIRE(through(Dtype::f16, 65520) == infinity);
    REQUIRE(through(Dtype::f8e5m2, -61440) == -infinity);
    REQUIRE(through(Dtype::f8e5m2, 61439) == 57344);
    REQUIRE(through(Dtype::bf16, 3.4e38) == infinity);
    REQUIRE(through(Dtype::f32, 1e39) == infinity);
}

TEST_CASE("the smallest values and zeros of both signs are kept") {
    for (const Dtype dtype :
         {Dtype::f64, Dtype::f32, Dtype::f16, Dtype::bf16, Dtype::f8e4m3, Dtype::f8e5m2}) {
        INFO(name(dtype));
        REQUIRE(through(dtype, smallest(dtype)) == smallest(dtype));
        REQUIRE(through(dtype, largest(dtype)) == largest(dtype));
        REQUIRE(std::signbit(through(dtype, -0.0)));
        if (dtype == Dtype::f64) continue;
        REQUIRE(through(dtype, smallest(dtype) / 2) == 0);  // the tie goes to the even code, 0
        REQUIRE(through(dtype, smallest(dtype) * 0.75) == smallest(dtype));
    }
}

TEST_CASE("integers round to even and saturate, and nan becomes 0") {
    REQUIRE(through(Dtype::i8, 2.5) == 2);
    REQUIRE(through(Dtype::i8, 3.5) == 4);
    REQUIRE(through(Dtype::i8, -128.7) == -128);
    REQUIRE(through(Dtype::i8, 1e9) == 127);
    REQUIRE(through(Dtype::u8, -3) == 0);
    REQUIRE(through(Dtype::u8, 255.5) == 255);
    REQUIRE(through(Dtype::i32, 3e9) == 2147483647);
    REQUIRE(through(Dtype::i32, -infinity) == -2147483648.0);
    REQUIRE(through(Dtype::i32, nan) == 0);
    REQUIRE(through(Dtype::i4, 9) == 7);
    REQUIRE(through(Dtype::i4, -9) == -8);
    REQUIRE(through(Dtype::u4, 16) == 15);
}

TEST_CASE("4-bit elements share a byte, the first one low, and leave each other alone") {
    std::vector<std::byte> data(2);
    const std::array<double, 4> four = {-8, 7, -1, 3};
    for (std::size_t i = 0; i < four.size(); ++i) store(data, Dtype::i4, i, four.at(i));
    REQUIRE(std::to_integer<int>(data[0]) == 0x78);
    REQUIRE(std::to_integer<int>(data[1]) == 0x3F);
    store(data, Dtype::i4, 1, 0);
    REQUIRE(load(data, Dtype::i4, 0) == -8);
    REQUIRE(load(data, Dtype::u4, 0) == 8);
}

TEST_CASE("ranges and strides read what single loads read, and ranges write it") {
    for (const std::string& text : dtype_names()) {
        const Dtype dtype = *parse_dtype(text);
        std::vector<std::byte> data(bytes(dtype, 64));
        std::vector<double> values(50);
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i % 7);
        store_range(data, dtype, 3, values);
        std::vector<double> range(50), strided(20);
        load_range(data, dtype, 3, range);
        load_strided(data, dtype, {.first = 4, .step = 2}, strided);
        INFO(text);
        REQUIRE(range == values);
        for (std::size_t i = 0; i < strided.size(); ++i) {
            REQUIRE(strided[i] == load(data, dtype, 4 + 2 * i));
        }
    }
}

TEST_CASE("an element without a type cannot be read") {
    const std::vector<std::byte> data(8);
    REQUIRE_THROWS_AS(load(data, Dtype::none, 0), Error);
}

}  // namespace assay
