// SPDX-License-Identifier: Apache-2.0
// How much of the measured roofs a row reaches, in made-up runs with round numbers.
#include "core/result/roofs.hpp"

#include <catch2/catch.hpp>

#include "core/result/summary.hpp"
#include "core/suite/memory_case.hpp"
#include "tests/unit/result/made_up.hpp"

namespace assay {
namespace {

constexpr std::int64_t mib = 1 << 20;

/// A roof of memory: 16 MiB read, 16 MiB written at 32 GiB/s.
CaseRecord memory_roof(int index) {
    CaseRecord record =
        made_up::measured(index, 0, memory_work(MemoryAccess::copy, 16 * mib), 1.0 / 1024);
    record.prepared->rotated_bytes = 96 * mib;
    record.prepared->rotated_sets = 3;
    record.roof = true;
    return record;
}

/// A roof of f32 arithmetic: 2 x 1000^3 operations in 10 ms, 200 GFLOP/s.
CaseRecord gemm_roof(int index) {
    CaseRecord record = made_up::measured(index, 0, made_up::gemm(1000), 0.01);
    record.roof = true;
    return record;
}

CaseSummary last_of(std::vector<CaseRecord> records) {
    Run run;
    run.header = made_up::header(1);  // its last cache has 8 MiB
    run.records = std::move(records);
    return summarise(run).back();
}

TEST_CASE("a GEMM in the cache is a fraction of the best GEMM of its type", "[result]") {
    const CaseSummary row =
        last_of({memory_roof(0), gemm_roof(1), made_up::measured(2, 0, made_up::gemm(100), 2e-5)});
    // 2 x 100^3 / 20 us = 100 GFLOP/s
    REQUIRE(row.roof_share);
    CHECK(row.roof_share->fraction == Approx(0.5).epsilon(1e-12));
    CHECK(row.roof_share->bound == Bound::arithmetic);
    CHECK(row.warnings.empty());
}

TEST_CASE("rotated data counts against the memory's roof, of weights only they do", "[result]") {
    // One row of 4 B elements times 1024 x 2048 weights: 8 MiB; 16 KiB of the rest.
    CaseRecord gemv = made_up::measured(2, 0, Gemm{.m = 1, .n = 2048, .k = 1024}, 1.0 / 2048);
    gemv.protocol.cache = CacheState::weights_cold;
    gemv.prepared->rotated_bytes = 24 * mib;
    gemv.prepared->rotated_sets = 3;
    const CaseSummary row = last_of({memory_roof(0), gemm_roof(1), gemv});
    // 8 MiB in 1/2048 s are 16 GiB/s, of 32
    REQUIRE(row.roof_share);
    CHECK(row.roof_share->fraction == Approx(0.5).epsilon(1e-12));
    CHECK(row.roof_share->bound == Bound::memory);
}

TEST_CASE("data that no cache can keep counts against the memory's roof without rotation",
          "[result]") {
    const Workload large = memory_work(MemoryAccess::copy, 16 * mib);  // 32 MiB, cache 8
    const Workload small = memory_work(MemoryAccess::copy, 8 * mib);   // 16 MiB
    CaseRecord record = made_up::measured(1, 0, large, 1.0 / 512);
    record.protocol.distribution = Distribution::uniform;  // another case than the roof
    record.id += " uniform";
    record.key += " uniform";
    const CaseSummary row = last_of({memory_roof(0), record});
    REQUIRE(row.roof_share);
    CHECK(row.roof_share->fraction == Approx(0.5).epsilon(1e-12));
    CHECK_FALSE(last_of({memory_roof(0), made_up::measured(1, 0, small, 1.0 / 512)}).roof_share);
}

TEST_CASE("the best roof case counts, each type of arithmetic for itself", "[result]") {
    CaseRecord slow = made_up::measured(0, 0, made_up::gemm(2000), 0.16);  // 100 GFLOP/s
    slow.roof = true;
    const CaseRecord row = made_up::measured(2, 0, made_up::gemm(100), 2e-5);
    CHECK(last_of({slow, gemm_roof(1), row}).roof_share->fraction == Approx(0.5));
    Gemm other = made_up::gemm(100);
    other.a = other.b = other.d = Dtype::bf16;
    CHECK_FALSE(last_of({gemm_roof(0), made_up::measured(1, 0, other, 2e-5)}).roof_share);
}

TEST_CASE("what is clearly above its roof is warned of", "[result]") {
    // 2 x 100^3 / 8 us = 250 GFLOP/s; 2 x 100^3 / 9.8 us = 204 GFLOP/s, of 200
    const CaseSummary above =
        last_of({gemm_roof(0), made_up::measured(1, 0, made_up::gemm(100), 8e-6)});
    REQUIRE(above.warnings.size() == 1);
    CHECK_THAT(above.warnings[0],
               Catch::StartsWith("above the roof: 125 % of the arithmetic roof"));
    CHECK(last_of({gemm_roof(0), made_up::measured(1, 0, made_up::gemm(100), 9.8e-6)})
              .warnings.empty());
}

TEST_CASE("without a measured roof case there is no share", "[result]") {
    CaseRecord roof = gemm_roof(0);
    roof.check->passed = false;  // no number
    CHECK_FALSE(last_of({roof, made_up::measured(1, 0, made_up::gemm(100), 2e-5)}).roof_share);
    CHECK_FALSE(last_of({made_up::measured(0, 0, made_up::gemm(100), 2e-5)}).roof_share);
}

TEST_CASE("the way between host and device is a roof of its own, and of nobody's memory",
          "[result]") {
    Run run;
    run.header = made_up::header(1);
    // 16 MiB in 1/1024 s: 16 GiB/s there, half of that back.
    CaseRecord there = made_up::measured(0, 0, Transfer{Way::to_device, 16 * mib}, 1.0 / 1024);
    CaseRecord back = made_up::measured(1, 0, Transfer{Way::from_device, 16 * mib}, 1.0 / 512);
    there.roof = back.roof = true;
    there.prepared->rotated_bytes = back.prepared->rotated_bytes = 48 * mib;
    run.records = {there, back};
    const std::vector<CaseSummary> rows = summarise(run);
    const Roofs roofs = roofs_of(rows, 0);
    CHECK(roofs.to_device_bytes_per_s == Approx(16.0 * 1024 * mib));
    CHECK(roofs.from_device_bytes_per_s == Approx(8.0 * 1024 * mib));
    CHECK(roofs.memory == nullptr);
    for (const CaseSummary& row : rows) {
        CHECK_FALSE(row.roof_share);
        CHECK_FALSE(row.rate);
    }
}

}  // namespace
}  // namespace assay
