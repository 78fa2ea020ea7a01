// SPDX-License-Identifier: Apache-2.0
// S15: what a change of the readings may do to the time of a run and its interval.
#include <cmath>

#include "core/result/summary.hpp"
#include "core/stat/sample.hpp"
#include "tests/acceptance/runs.hpp"
#include "tests/acceptance/table.hpp"

namespace acceptance {
namespace {

using assay::Run;

/// T and its interval, through summarise().
assay::Interval time_of(const Run& run) {
    return assay::summarise(run).at(0).time;
}

void changed_readings(const Plan& plan, Rows& rows) {
    const int trials = plan.fewer(2);
    int unmoved = 0, as_wide = 0;
    for (int trial = 0; trial < trials; ++trial) {
        Run run = run_of(families(), std::uint64_t(trial), 1, 10);
        const assay::Interval before = time_of(run);
        auto& readings = run.records[3].sample->readings_ns;
        const double sd = assay::scaled_mad(readings) * 1e-9;
        Run twice = run;
        readings[7] *= 100;
        unmoved += std::abs(time_of(run).center - before.center) < 0.5 * sd ? 1 : 0;
        for (auto& record : twice.records) {
            std::vector<double> doubled;
            for (const double each : record.sample->readings_ns) {
                doubled.insert(doubled.end(), 2, each);
            }
            record.sample->readings_ns = doubled;
        }
        const double change = time_of(twice).relative_half_width() / before.relative_half_width();
        as_wide += std::abs(change - 1) < 0.02 ? 1 : 0;
    }
    rows.push_back({"S15",
                    "one reading 100 times longer moves the time by under 0.5 sd",
                    "10 passes",
                    trials,
                    {1, 1},
                    {double(unmoved) / trials}});
    rows.push_back({"S15",
                    "every reading twice: the interval is as wide (2 %), but for another cut",
                    "10 passes",
                    trials,
                    // Batches of five hold three different readings then: the cut of the warm-up
                    // falls elsewhere in one run of fifty.
                    {0.97, 1},
                    {double(as_wide) / trials}});
}

}  // namespace

void metamorphic(const Plan& plan, Rows& rows) {
    if (plan.only.empty() || plan.only == "S15") changed_readings(plan, rows);
}

}  // namespace acceptance
