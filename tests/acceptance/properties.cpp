// SPDX-License-Identifier: Apache-2.0
// S10: what must hold for any two runs, without exception.
#include <algorithm>
#include <cmath>

#include "core/base/random.hpp"
#include "tests/acceptance/runs.hpp"
#include "tests/acceptance/table.hpp"

namespace acceptance {
namespace {

using assay::ComparisonReport;
using assay::Run;
using assay::Verdict;

/// A run of 1 to 3 cases and 2 to 12 passes of three readings, with a spread of its own.
Run random_run(assay::Random& random, std::uint64_t id, int cases) {
    Run run;
    run.header = assay::made_up::header(10);
    run.header.run_id = std::to_string(id);
    run.path = run.header.run_id + ".jsonl";
    const int passes = 2 + int(random.below(11));
    const double sd = 0.03 * random.uniform() * random.uniform();
    for (int k = 0; k < cases; ++k) {
        const double own = 1e-3 * std::exp(0.03 * random.normal());
        assay::CaseRecord record = assay::made_up::measured(k, 0, assay::made_up::gemm(8 + k), own);
        for (int pass = 0; pass < passes; ++pass) {
            record.pass = pass;
            const double factor = std::exp(sd * random.normal());
            record.sample->readings_ns = {own * factor * 1.01e10, own * factor * 1e10,
                                          own * factor * 0.99e10};
            run.records.push_back(record);
        }
    }
    return run;
}

bool close(double a, double b) {
    return std::abs(a - b) <= 4 * std::abs(b) * 0x1p-52;
}

Verdict mirrored(Verdict verdict) {
    if (verdict == Verdict::faster) return Verdict::slower;
    return verdict == Verdict::slower ? Verdict::faster : verdict;
}

template <class Same>
bool all(const ComparisonReport& one, const ComparisonReport& two, Same&& same) {
    return std::equal(one.cases.begin(), one.cases.end(), two.cases.begin(), two.cases.end(), same);
}

bool reciprocal(const ComparisonReport& one, const ComparisonReport& two) {
    return all(one, two, [](const auto& a, const auto& b) {
        return close(a.difference.ratio * b.difference.ratio, 1) &&
               close(a.difference.low95 * b.difference.high95, 1) &&
               close(a.difference.high95 * b.difference.low95, 1) &&
               mirrored(a.verdict) == b.verdict;
    });
}

bool same_verdicts(const ComparisonReport& one, const ComparisonReport& two) {
    return all(one, two, [](const auto& a, const auto& b) { return a.verdict == b.verdict; });
}

/// Nothing is different from itself, and it says so.
bool silent(const ComparisonReport& report) {
    const bool said = std::any_of(report.notes.begin(), report.notes.end(), [](const auto& note) {
        return note.starts_with("same run on both sides");
    });
    return said && claims(report) == 0 &&
           std::all_of(report.cases.begin(), report.cases.end(),
                       [](const auto& each) { return each.difference.ratio == 1; });
}

Run scaled(Run run, double by) {
    for (auto& record : run.records) {
        for (double& reading : record.sample->readings_ns) reading *= by;
    }
    return run;
}

/// The same passes, recorded in another order and under other numbers.
Run shuffled(const Run& run, assay::Random& random) {
    Run other = run;
    const auto count = static_cast<std::uint32_t>(run.records.size());
    const auto order = assay::permutation(count, random);
    for (std::uint32_t i = 0; i < count; ++i) {
        other.records[i] = run.records[order[i]];
        other.records[i].pass = int(i);
    }
    return other;
}

void exactness(const Plan& plan, Rows& rows) {
    // 10,000 trials are 10^5 files: five pairs each.
    const int pairs = plan.trials >= 10000 ? 5 * plan.trials : plan.trials;
    assay::Random random(20261125, 10);
    int swap = 0, itself = 0, unit = 0, order = 0;
    for (int pair = 0; pair < pairs; ++pair) {
        const int cases = 1 + int(random.below(3));
        const Run a = random_run(random, 2 * std::uint64_t(pair), cases);
        const Run b = random_run(random, 2 * std::uint64_t(pair) + 1, cases);
        const ComparisonReport there = compared(a, b, 0.01, 0);
        swap += reciprocal(there, compared(b, a, 0.01, 0)) ? 1 : 0;
        itself += silent(compared(a, a, 0.01, 0)) ? 1 : 0;
        unit += same_verdicts(there, compared(scaled(a, 1024), scaled(b, 1024), 0.01, 0)) ? 1 : 0;
        order += same_verdicts(there, compared(shuffled(a, random), b, 0.01, 0)) ? 1 : 0;
    }
    const auto add = [&](const char* what, int count) {
        rows.push_back({"S10", what, "2 to 12 passes", pairs, {1, 1}, {double(count) / pairs}});
    };
    add("swapped sides: reciprocal ratio and interval to 4 ulp, mirrored verdict", swap);
    add("a run against itself: ratio exactly 1, no claim, and it is said", itself);
    add("readings in another unit (x 1024): the same verdicts", unit);
    add("passes in another order: the same verdicts", order);
}

}  // namespace

void properties(const Plan& plan, Rows& rows) {
    if (plan.only.empty() || plan.only == "S10") exactness(plan, rows);
}

}  // namespace acceptance
