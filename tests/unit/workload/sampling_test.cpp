// SPDX-License-Identifier: Apache-2.0
#include "core/workload/sampling.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

namespace assay {

namespace {

std::uint64_t covered(const std::vector<Stretch>& stretches) {
    std::uint64_t count = 0;
    for (const Stretch& each : stretches) count += each.end - each.begin;
    return count;
}

}  // namespace

TEST_CASE("sampled places lie inside and include the corners") {
    const Gemm gemm{.m = 1000, .n = 300, .k = 500};
    Random random(1, 0);
    const Sampling sampling = sample(gemm, random);
    for (const ElementPlace& place : sampling.places) {
        REQUIRE(place.row < 1000);
        REQUIRE(place.column < 300);
    }
    const auto has = [&](std::uint64_t row, std::uint64_t column) {
        return std::any_of(
            sampling.places.begin(), sampling.places.end(),
            [&](const ElementPlace& each) { return each.row == row && each.column == column; });
    };
    REQUIRE((has(0, 0) && has(0, 299) && has(999, 0) && has(999, 299)));
    REQUIRE(sampling.rows.size() == 2);
    REQUIRE(sampling.columns.size() == 2);
}

TEST_CASE("many sampled places stand at tile borders") {
    const Gemm gemm{.m = 4096, .n = 4096, .k = 64};
    Random random(1, 0);
    const auto places = sample(gemm, random).places;
    const auto at_border = [](std::uint64_t i) { return (i + 1) % 16 <= 2; };
    const auto count = std::count_if(places.begin(), places.end(), [&](const ElementPlace& each) {
        return at_border(each.row) && at_border(each.column);
    });
    REQUIRE(count >= 64);
}

TEST_CASE("a long row of a large product is sampled in panels from its first to its last") {
    const Gemm gemm{.m = 8, .n = 128256, .k = 4096};
    Random random(1, 0);
    const Sampling sampling = sample(gemm, random);
    REQUIRE(sampling.along_rows.front().begin == 0);
    REQUIRE(sampling.along_rows.back().end == 128256);
    REQUIRE(covered(sampling.along_rows) * 4096 <= (1ULL << 25U));
    REQUIRE(covered(sampling.along_columns) == 8);
}

TEST_CASE("the first and the last batch are always sampled, and one between") {
    Gemm gemm{.m = 8, .n = 8, .k = 8, .batch = 1000};
    Random random(1, 0);
    const auto batches = sample_batches(gemm, random);
    REQUIRE(batches.front() == 0);
    REQUIRE(batches.back() == 999);
    REQUIRE(batches.size() == 3);
    gemm.batch = 1;
    REQUIRE(sample_batches(gemm, random) == std::vector<std::uint64_t>{0});
}

TEST_CASE("sizes of one are sampled without going outside") {
    const Gemm gemm{.m = 1, .n = 1, .k = 5000000};
    Random random(1, 0);
    REQUIRE_FALSE(compares_everything(gemm));
    for (const ElementPlace& place : sample(gemm, random).places) {
        REQUIRE(place.row == 0);
        REQUIRE(place.column == 0);
    }
}

}  // namespace assay
