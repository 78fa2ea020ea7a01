// SPDX-License-Identifier: Apache-2.0
#include "core/workload/dtype.hpp"

#include <catch2/catch.hpp>

#include "core/base/error.hpp"

namespace assay {

TEST_CASE("every element type is found by its own name") {
    for (const std::string& text : dtype_names()) {
        REQUIRE(parse_dtype(text).has_value());
        REQUIRE(name(*parse_dtype(text)) == text);
    }
    REQUIRE(dtype_names().size() == 11);
    REQUIRE(parse_dtype("none") == Dtype::none);
    REQUIRE_FALSE(parse_dtype("fp32").has_value());
}

TEST_CASE("4-bit elements are packed two to a byte and an odd one takes its own") {
    REQUIRE(bytes(Dtype::i4, 0) == 0);
    REQUIRE(bytes(Dtype::i4, 1) == 1);
    REQUIRE(bytes(Dtype::u4, 5) == 3);
    REQUIRE(bytes(Dtype::f64, 3) == 24);
    REQUIRE(bytes(Dtype::bf16, 3) == 6);
    REQUIRE(bytes(Dtype::none, 100) == 0);
}

TEST_CASE("the unit roundoff is two to minus the significand bits") {
    REQUIRE(unit_roundoff(Dtype::f64) == 0x1p-53);
    REQUIRE(unit_roundoff(Dtype::f32) == 0x1p-24);
    REQUIRE(unit_roundoff(Dtype::f16) == 0x1p-11);
    REQUIRE(unit_roundoff(Dtype::bf16) == 0x1p-8);
    REQUIRE(unit_roundoff(Dtype::f8e4m3) == 0x1p-4);
    REQUIRE(unit_roundoff(Dtype::f8e5m2) == 0x1p-3);
    REQUIRE(unit_roundoff(Dtype::i8) == 0);
}

TEST_CASE("only the integer types are integers") {
    for (const Dtype dtype : {Dtype::i32, Dtype::i8, Dtype::i4, Dtype::u8, Dtype::u4}) {
        REQUIRE(is_integer(dtype));
    }
    for (const Dtype dtype : {Dtype::none, Dtype::f64, Dtype::bf16, Dtype::f8e5m2}) {
        REQUIRE_FALSE(is_integer(dtype));
    }
}

TEST_CASE("a number that is no element type is an error") {
    REQUIRE_THROWS_AS(bits(static_cast<Dtype>(99)), Error);
}

}  // namespace assay
