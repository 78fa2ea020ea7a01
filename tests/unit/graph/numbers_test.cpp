// SPDX-License-Identifier: Apache-2.0
#include "core/graph/numbers.hpp"

#include <cmath>

#include <catch2/catch.hpp>

#include "core/base/error.hpp"
#include "tests/unit/graph/models.hpp"

namespace assay {

namespace {

std::vector<double> numbers(const Value& value, std::uint64_t seed = 1) {
    const std::uint64_t count = element_count(value.type);
    std::vector<std::byte> packed(bytes(value.type.dtype, count));
    fill(packed, value, seed);
    std::vector<double> all(count);
    load_range(packed, value.type.dtype, 0, all);
    return all;
}

Value any(const char* name, Dtype dtype, std::int64_t count, FillRule rule) {
    Value value;
    value.name = name;
    value.type = tensor(dtype, {count});
    value.fill = std::move(rule);
    return value;
}

}  // namespace

TEST_CASE("numbers follow from name and seed, and from nothing else") {
    const Value a = any("a", Dtype::f32, 1000, {});
    REQUIRE(numbers(a) == numbers(a));
    REQUIRE(numbers(a) != numbers(a, 2));
    REQUIRE(numbers(a) != numbers(any("b", Dtype::f32, 1000, {})));
}

TEST_CASE("the stream of a name is its FNV-1a hash") {
    // Test vectors of Fowler, Noll, Vo: "" and "a", 64 bits.
    REQUIRE(stream_of("") == 0xcbf29ce484222325ULL);
    REQUIRE(stream_of("a") == 0xaf63dc4c8601ec8cULL);
}

TEST_CASE("a normal rule has its center and its scale") {
    double sum = 0;
    double squares = 0;
    for (const double each : numbers(any("w", Dtype::f32, 100000, {Filling::normal, 3, 0.5, {}}))) {
        sum += each;
        squares += (each - 3) * (each - 3);
    }
    REQUIRE(sum / 1e5 == Approx(3).margin(0.01));  // 6 standard errors
    REQUIRE(std::sqrt(squares / 1e5) == Approx(0.5).epsilon(0.02));
}

TEST_CASE("whole numbers below a bound reach all of it and no more") {
    std::vector<int> seen(7, 0);
    for (const double each : numbers(any("t", Dtype::i32, 1000, {Filling::below, 0, 7, {}})))
        ++seen.at(static_cast<std::size_t>(each));
    for (const int count : seen) REQUIRE(count > 0);
}

TEST_CASE("same and listed rules give what they say") {
    REQUIRE(numbers(any("p", Dtype::i32, 3, {Filling::same, 9, 0, {}})) ==
            std::vector<double>{9, 9, 9});
    REQUIRE(numbers(any("f", Dtype::f32, 2, {Filling::listed, 0, 0, {1, 0.5}})) ==
            std::vector<double>{1, 0.5});
    REQUIRE_THROWS_AS(numbers(any("f", Dtype::f32, 3, {Filling::listed, 0, 0, {1, 0.5}})), Error);
}

TEST_CASE("numbers repeat after the period, in 4-bit types too") {
    const Dtype dtype = GENERATE(Dtype::f16, Dtype::i4);
    const auto all = numbers(any("w", dtype, fill_period + 5, {Filling::normal, 0, 2, {}}));
    for (std::size_t i = 0; i < 5; ++i) REQUIRE(all[fill_period + i] == all[i]);
}

}  // namespace assay
