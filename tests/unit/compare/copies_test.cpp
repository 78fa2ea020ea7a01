// SPDX-License-Identifier: Apache-2.0
// A pass that was copied would count twice: research/statistics 2.1, S15.
#include "core/result/copies.hpp"

#include <catch2/catch.hpp>

#include "core/base/random.hpp"
#include "core/compare/compare.hpp"
#include "tests/unit/result/made_up.hpp"

namespace assay {
namespace {

/// One case of 5 passes; each pass has 20 readings of its own.
Run noisy(std::uint64_t seed, const std::string& clock = "host") {
    Run run;
    run.header = made_up::header(5);
    run.header.run_id = std::to_string(seed);
    Random random(seed, 5);
    for (int pass = 0; pass < 5; ++pass) {
        CaseRecord record = made_up::measured(0, pass, made_up::gemm(64), 1e-3);
        record.sample->clock = clock;
        record.sample->readings_ns.clear();
        for (int i = 0; i < 20; ++i) {
            record.sample->readings_ns.push_back(1e7 + 1e5 * random.normal());
        }
        run.records.push_back(std::move(record));
    }
    return run;
}

/// Every pass a second time, under the next numbers.
Run doubled(Run run) {
    const std::vector<CaseRecord> records = run.records;
    for (CaseRecord record : records) {
        record.pass += 5;
        run.records.push_back(std::move(record));
    }
    return run;
}

ComparisonReport compare_runs(const Run& baseline, const Run& candidate) {
    return compare({&baseline, 0}, {&candidate, 0}, {});
}

TEST_CASE("passes that are copies make the case INVALID and are named", "[compare]") {
    const ComparisonReport report = compare_runs(noisy(1), doubled(noisy(2)));
    REQUIRE(report.cases.size() == 1);
    CHECK(report.cases[0].verdict == Verdict::invalid);
    CHECK_THAT(
        report.cases[0].reason,
        Catch::Matches("in the candidate passes [0-4] and [5-9] hold the same readings: .*"));
    CHECK(gate_trips(report));
    CHECK(compare_runs(doubled(noisy(1)), noisy(2)).count(Verdict::invalid) == 1);
}

TEST_CASE("passes of their own are not called copies", "[compare]") {
    CHECK(compare_runs(noisy(1), noisy(2)).count(Verdict::invalid) == 0);
}

TEST_CASE("a virtual clock may repeat itself", "[compare]") {
    const Run run = doubled(noisy(1, "virtual"));
    CHECK(compare_runs(run, run).count(Verdict::invalid) == 0);
}

TEST_CASE("a coarse clock may show a few equal readings twice", "[compare]") {
    Run run = noisy(1);
    for (CaseRecord& record : run.records) {
        record.sample->readings_ns = {1e7, 1e7, 1e7, 1.1e7, 1e7, 1e7};
    }
    CHECK(compare_runs(run, run).count(Verdict::invalid) == 0);
}

}  // namespace
}  // namespace assay
