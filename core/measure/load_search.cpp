// SPDX-License-Identifier: Apache-2.0
#include "core/measure/load_search.hpp"

#include <fmt/format.h>

#include "core/workload/arrivals.hpp"

namespace assay {

MaxRateFound find_max_rate(const MaxRatePlan& plan, const LoadPlan& load, const LoadRules& rules,
                           const RunTrial& run) {
    MaxRateSearch search(plan);
    MaxRateFound found;
    while (const auto trial = search.next()) {
        LoadPlan trial_load = load;
        trial_load.arrivals_ns =
            poisson_arrivals({trial->rate, trial->min_queries, trial->min_seconds, trial->seed});
        const LoadResult result = judge_load(trial_load, run(trial_load), rules);
        if (!result.invalid.empty()) {
            found.invalid = fmt::format("at {:.6g} queries/s: {}", trial->rate, result.invalid);
            break;
        }
        const auto allowed = (1 - rules.tail.percentile) * static_cast<double>(result.queries);
        search.hear(result.kept, static_cast<double>(result.over) > allowed);
    }
    found.max_rate = search.result();
    return found;
}

}  // namespace assay
