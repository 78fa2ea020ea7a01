// SPDX-License-Identifier: Apache-2.0
#include "core/workload/reference.hpp"

#include <cmath>

#include <catch2/catch.hpp>

#include "core/workload/fill.hpp"

namespace assay {

namespace {

/// Whole numbers: sums are exact in any order, so that layouts can be compared bit for bit.
std::vector<std::byte> whole_numbers(std::uint64_t count) {
    std::vector<std::byte> data(bytes(Dtype::f32, count));
    fill(data, Dtype::f32, {.distribution = Distribution::integers});
    return data;
}

}  // namespace

TEST_CASE("rows read in order and vectors gathered one by one give the same sums") {
    // Above the panel of 1024 columns, and no multiple of 4 (steps of k) or 8 (lanes).
    const std::uint64_t k = 13, count = 1100;
    const auto data = whole_numbers(k * count + 5);
    const Matrix matrix(data, Dtype::f32, 5);
    const std::vector<double> fixed = {1, -2, 3, 4, -5, 6, 7, 8, 9, -10, 11, 12, 13};
    for (const bool contiguous : {false, true}) {
        const Operand operand{.matrix = matrix, .k = k, .count = count, .contiguous = contiguous};
        const Sums sums = multiply(fixed, operand, {.begin = 7, .end = 1090});
        REQUIRE(sums.product.size() == 1083);
        for (std::size_t i = 0; i < sums.product.size(); ++i) {
            const Sums one = multiply(fixed, operand.vector(7 + i));
            REQUIRE(one.product[0] == sums.product[i]);
            REQUIRE(one.magnitude[0] == sums.magnitude[i]);
            REQUIRE(one.squares[0] == sums.squares[i]);
        }
    }
}

TEST_CASE("the three sums of two vectors are those of their products") {
    const Sums sums = multiply({1, -2, 3}, {4, 5, 6});
    REQUIRE(sums.product[0] == 4 - 10 + 18);
    REQUIRE(sums.magnitude[0] == 4 + 10 + 18);
    REQUIRE(sums.squares[0] == 16 + 100 + 324);
}

}  // namespace assay
