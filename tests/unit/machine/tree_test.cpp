// SPDX-License-Identifier: Apache-2.0
// The kernel's small formats: lists of numbers, leading numbers.
#include "core/machine/tree.hpp"

#include <catch2/catch.hpp>

using namespace assay;
using Numbers = std::vector<int>;

TEST_CASE("a kernel list of ranges gives its numbers", "[machine][tree]") {
    CHECK(numbers_of_list("0-3,8,10-11") == Numbers{0, 1, 2, 3, 8, 10, 11});
    CHECK(numbers_of_list("0") == Numbers{0});
    CHECK(numbers_of_list("").empty());
    CHECK(numbers_of_list("(null)").empty());
    CHECK(numbers_of_list("5-3").empty());
}

TEST_CASE("an absurd list is cut, not followed", "[machine][tree]") {
    CHECK(numbers_of_list("0-18446744073709551615").size() <= 65536);
    CHECK(numbers_of_list("0-65535,0-65535,0-65535").size() <= 65536);
}

TEST_CASE("a leading number is read, or 0", "[machine][tree]") {
    CHECK(leading_number("1024K") == 1024);
    CHECK(leading_number("max") == 0);
    CHECK(leading_number("99999999999999999999999") == 0);
}
