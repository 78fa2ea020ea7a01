// SPDX-License-Identifier: Apache-2.0
#include "core/result/two_stage.hpp"

#include <algorithm>

#include "core/stat/plan.hpp"

namespace assay {

std::size_t pilot_count(const CaseSummary& summary, const TwoStage& plan) {
    return static_cast<std::size_t>(
        std::ranges::count_if(summary.passes, [&](int pass) { return pass < plan.pilot_passes; }));
}

int passes_needed(const CaseSummary& summary, const TwoStage& plan) {
    const std::span<const double> medians = summary.pass_medians;
    return passes_for_precision(medians.first(pilot_count(summary, plan)), plan.target);
}

int two_stage_passes(const TwoStage& plan, const std::vector<CaseSummary>& summaries) {
    int passes = plan.pilot_passes;
    for (const CaseSummary& each : summaries) passes = std::max(passes, passes_needed(each, plan));
    return std::min(passes, plan.most_passes);
}

std::vector<std::string> beyond_most_passes(const TwoStage& plan,
                                            const std::vector<CaseSummary>& summaries) {
    std::vector<std::string> names;
    for (const CaseSummary& each : summaries) {
        const int needed = passes_needed(each, plan);
        if (needed > plan.most_passes)
            names.push_back(each.id + " (" + std::to_string(needed) + ")");
    }
    return names;
}

}  // namespace assay
