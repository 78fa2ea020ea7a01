// SPDX-License-Identifier: Apache-2.0
// The reference plugin's element types, bit by bit: expected values are from the formats'
// definitions (IEEE 754-2019 3.4, OCP 8-bit floating point 1.0, tables 1 and 2), written out by
// hand.
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/unit/sdk/host_session.hpp"

namespace {

/// Values as the reference reads or rounds them: D[i] = A[i] * 1 with the given types.
Bytes convert(assay_dtype from, assay_dtype to, const Bytes& values, std::int64_t count,
              std::uint64_t output_bytes) {
    Session session(REFERENCE_PLUGIN);
    const bool integer = from >= ASSAY_I64;
    Problem problem({count, 1}, {1, 1}, {count, 1});
    problem.a.dtype = from;
    problem.b.dtype = integer ? ASSAY_I8 : ASSAY_F64;
    problem.d.dtype = to;
    const Bytes one = integer ? Bytes{1} : bytes_of<double>({1.0});
    return session.run(problem.desc(), {values, one}, output_bytes);
}

template <class Code>
std::vector<double> decoded(assay_dtype dtype, const std::vector<Code>& codes) {
    const auto count = static_cast<std::int64_t>(codes.size());
    return values_of<double>(convert(dtype, ASSAY_F64, bytes_of(codes), count, 8 * codes.size()));
}

template <class Code>
std::vector<Code> encoded(assay_dtype dtype, const std::vector<double>& values) {
    const auto count = static_cast<std::int64_t>(values.size());
    return values_of<Code>(
        convert(ASSAY_F64, dtype, bytes_of(values), count, sizeof(Code) * values.size()));
}

using Codes8 = std::vector<std::uint8_t>;
using Codes16 = std::vector<std::uint16_t>;
constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("known bit patterns of every float type decode to their values") {
    CHECK(decoded<std::uint16_t>(ASSAY_F16, {0x3C00, 0xC000, 0x7BFF, 0x0001, 0x7C00}) ==
          std::vector<double>{1, -2, 65504, std::ldexp(1, -24), infinity});
    CHECK(decoded<std::uint16_t>(ASSAY_BF16, {0x3F80, 0xC040, 0x0001, 0xFF80}) ==
          std::vector<double>{1, -3, std::ldexp(1, -133), -infinity});
    CHECK(decoded<std::uint8_t>(ASSAY_F8E4M3FN, {0x38, 0x7E, 0x08, 0x01, 0xB8}) ==
          std::vector<double>{1, 448, std::ldexp(1, -6), std::ldexp(1, -9), -1});
    CHECK(decoded<std::uint8_t>(ASSAY_F8E5M2, {0x3C, 0x7B, 0x04, 0x01, 0x7C}) ==
          std::vector<double>{1, 57344, std::ldexp(1, -14), std::ldexp(1, -16), infinity});
    CHECK(std::isnan(decoded<std::uint8_t>(ASSAY_F8E4M3FN, {0x7F}).at(0)));
    CHECK(std::isnan(decoded<std::uint8_t>(ASSAY_F8E5M2, {0x7D}).at(0)));
}

// Zeros are left out: a sum that begins at +0 never ends at -0.
TEST_CASE("every finite code of the small float types survives a round trip") {
    const assay_dtype narrow = GENERATE(ASSAY_F8E4M3FN, ASSAY_F8E5M2);
    Codes8 codes8;
    for (int code = 0; code < 256; ++code) codes8.push_back(static_cast<std::uint8_t>(code));
    const auto values8 = decoded(narrow, codes8);
    const auto again8 = encoded<std::uint8_t>(narrow, values8);
    for (std::size_t i = 0; i < 256; ++i) {
        if (std::isfinite(values8[i]) && values8[i] != 0) REQUIRE(again8[i] == codes8[i]);
    }
    const assay_dtype half = GENERATE(ASSAY_F16, ASSAY_BF16);
    Codes16 codes16;
    for (int code = 0; code < 65536; ++code) codes16.push_back(static_cast<std::uint16_t>(code));
    const auto values16 = decoded(half, codes16);
    const auto again16 = encoded<std::uint16_t>(half, values16);
    for (std::size_t i = 0; i < 65536; ++i) {
        if (!std::isnan(values16[i]) && values16[i] != 0) REQUIRE(again16[i] == codes16[i]);
    }
}

TEST_CASE("results are rounded once, to nearest, ties to even") {
    // bf16 has 7 bits after the leading one: 1 + 2^-8 is a tie (to 1), 1 + 3 * 2^-8 is one (to 1 +
    // 2^-6). 1 + 2^-8 + 2^-40 is above the tie; by way of f32 it would be rounded to the tie and
    // then down.
    CHECK(encoded<std::uint16_t>(ASSAY_BF16, {1 + 0x1p-8, 1 + 3 * 0x1p-8, 1 + 0x1p-8 + 0x1p-40}) ==
          Codes16{0x3F80, 0x3F82, 0x3F81});
    CHECK(encoded<std::uint16_t>(ASSAY_F16, {1 + 0x1p-11, 1 + 3 * 0x1p-11, 0x1p-25, 0x1.8p-25}) ==
          Codes16{0x3C00, 0x3C02, 0x0000, 0x0001});
    // E4M3: 17 lies between 16 (0x58) and 18 (0x59); a tie goes to the even code.
    CHECK(encoded<std::uint8_t>(ASSAY_F8E4M3FN, {17, 19, 17.01}) == Codes8{0x58, 0x5A, 0x59});
    // Rounding up to the next power of two carries into the exponent: 1.99 becomes 2 (0x40).
    CHECK(encoded<std::uint8_t>(ASSAY_F8E4M3FN, {1.99, -1.99}) == Codes8{0x40, 0xC0});
}

TEST_CASE("8-bit floats saturate, half floats overflow to infinity") {
    CHECK(encoded<std::uint8_t>(ASSAY_F8E4M3FN, {449, 1e9, -infinity}) == Codes8{0x7E, 0x7E, 0xFE});
    CHECK(encoded<std::uint8_t>(ASSAY_F8E5M2, {1e9, -1e9}) == Codes8{0x7B, 0xFB});
    CHECK(encoded<std::uint16_t>(ASSAY_F16, {65519.9, 65520, -1e9}) ==
          Codes16{0x7BFF, 0x7C00, 0xFC00});
    CHECK(encoded<std::uint16_t>(ASSAY_BF16, {1e300}) == Codes16{0x7F80});
}

TEST_CASE("integer outputs are rounded to even and saturate, and NaN is 0") {
    CHECK(encoded<std::int8_t>(ASSAY_I8, {2.5, 3.5, -2.5, 300, -300, NAN}) ==
          std::vector<std::int8_t>{2, 4, -2, 127, -128, 0});
    CHECK(encoded<std::uint8_t>(ASSAY_U8, {-1, 255.5, 0.5, 1.5}) == Codes8{0, 255, 0, 2});
    CHECK(encoded<std::int32_t>(ASSAY_I32, {3e9, -3e9, 2147483646.5}) ==
          std::vector<std::int32_t>{INT32_MAX, INT32_MIN, 2147483646});
}

TEST_CASE("4-bit integers lie two in a byte, low half first, and every row begins on a byte") {
    // A is 2 x 3 of i4: a row is two bytes, the last half unused (here poisoned with 7).
    Session session(REFERENCE_PLUGIN);
    Problem problem({2, 3}, {3, 1}, {2, 1});
    problem.a.dtype = ASSAY_I4;
    problem.b.dtype = ASSAY_I8;
    problem.d.dtype = ASSAY_I32;
    const Bytes a = {0x21, 0x7F, 0x83, 0x74};  // {1, 2, -1} and {3, -8, 4}
    const Bytes b = bytes_of<std::int8_t>({1, 10, 100});
    CHECK(values_of<std::int32_t>(session.run(problem.desc(), {a, b}, 8)) ==
          std::vector<std::int32_t>{1 + 20 - 100, 3 - 80 + 400});
    problem.a.dtype = ASSAY_U4;
    CHECK(values_of<std::int32_t>(session.run(problem.desc(), {a, b}, 8)) ==
          std::vector<std::int32_t>{1 + 20 + 1500, 3 + 80 + 400});
}

TEST_CASE("integer sums are exact beyond 32 bits before they saturate") {
    // 100000 * 30000 - 100000 * 29999 = 100000: each product is beyond what 32 bits hold.
    Session session(REFERENCE_PLUGIN);
    Problem problem({1, 2}, {2, 1}, {1, 1});
    problem.a.dtype = problem.b.dtype = problem.d.dtype = ASSAY_I32;
    const auto d = session.run(
        problem.desc(),
        {bytes_of<std::int32_t>({100000, 100000}), bytes_of<std::int32_t>({30000, -29999})}, 4);
    CHECK(values_of<std::int32_t>(d).at(0) == 100000);
}
