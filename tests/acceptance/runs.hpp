// SPDX-License-Identifier: Apache-2.0
// Whole runs in memory, with simulated readings in them, for compare().
#pragma once

#include <string>

#include "core/compare/compare.hpp"
#include "tests/acceptance/family.hpp"
#include "tests/unit/result/made_up.hpp"

namespace acceptance {

/// A run of `cases` cases; case k has the readings of k-th family (they take turns) and its trial
/// is trial * 1000 + k. scale: a factor on all durations.
inline assay::Run run_of(const std::vector<Family>& from, std::uint64_t trial, int cases,
                         int passes, double scale = 1) {
    assay::Run run;
    run.path = "run" + std::to_string(trial) + ".jsonl";
    run.header = assay::made_up::header(passes);
    run.header.run_id = std::to_string(trial);
    for (int k = 0; k < cases; ++k) {
        const Family& family = from[static_cast<std::size_t>(k) % from.size()];
        assay::CaseRecord record =
            assay::made_up::measured(k, 0, assay::made_up::gemm(8 + k), 1e-3);
        record.sample->invocations = 1;
        for (int pass = 0; pass < passes; ++pass) {
            record.pass = pass;
            record.sample->readings_ns =
                family.readings(trial * 1000 + std::uint64_t(k), pass, readings_per_pass, scale);
            record.sample->turns = {readings_per_pass};
            run.records.push_back(record);
        }
    }
    return run;
}

inline assay::ComparisonReport compared(const assay::Run& here, const assay::Run& there,
                                        double margin, double session_sd) {
    return assay::compare({&here, 0}, {&there, 0}, {.margin = margin, .session_sd = session_sd});
}

inline int claims(const assay::ComparisonReport& report) {
    return report.count(assay::Verdict::faster) + report.count(assay::Verdict::slower);
}

}  // namespace acceptance
