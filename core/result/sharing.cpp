// SPDX-License-Identifier: Apache-2.0
#include "core/result/sharing.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/stat/paired.hpp"

namespace assay {
namespace {

const CaseSummary* find(const std::vector<CaseSummary>& summaries, int subject,
                        const std::string& id) {
    const auto found = std::ranges::find_if(summaries, [&](const CaseSummary& each) {
        return each.subject == subject && each.id == id;
    });
    return found == summaries.end() ? nullptr : &*found;
}

/// The record of a pass; null when there is none.
const CaseRecord* record_of(const CaseSummary& row, int pass) {
    const auto found = std::ranges::find(row.records, pass, &CaseRecord::pass);
    return found == row.records.end() ? nullptr : *found;
}

struct Pairs {
    std::vector<double> alone, together;
    double measured_s = 0, overlapped_s = 0;
};

/// Pass r alone beside pass r together, where those overlapped enough.
Pairs pairs_of(const CaseSummary& alone, const CaseSummary& together) {
    Pairs pairs;
    for (std::size_t i = 0; i < together.passes.size(); ++i) {
        const CaseRecord* record = record_of(together, together.passes[i]);
        if (record == nullptr || !record->sharing) continue;
        pairs.measured_s += record->sharing->measured_s;
        pairs.overlapped_s += record->sharing->overlapped_s;
        if (overlap_of(*record->sharing) < least_overlap) continue;
        const auto same = std::ranges::find(alone.passes, together.passes[i]);
        if (same == alone.passes.end()) continue;
        const auto place = static_cast<std::size_t>(same - alone.passes.begin());
        pairs.alone.push_back(alone.pass_medians[place]);
        pairs.together.push_back(together.pass_medians[i]);
    }
    return pairs;
}

SharingCost cost_of(const CaseSummary* alone, const CaseSummary& together) {
    SharingCost cost;
    cost.alone = alone;
    cost.together = &together;
    if (!together.measured() || alone == nullptr || !alone->measured()) {
        cost.reason = together.measured() ? "not measured alone" : "not measured together";
        return cost;
    }
    const Pairs pairs = pairs_of(*alone, together);
    cost.overlap = pairs.measured_s > 0 ? pairs.overlapped_s / pairs.measured_s : 0;
    cost.passes = static_cast<int>(pairs.alone.size());
    cost.cost = paired_difference(pairs.alone, pairs.together);
    if (cost.passes == 0) {
        cost.reason = fmt::format("no pass of {} overlapped by {:.0f} %", together.passes.size(),
                                  least_overlap * 100);
    } else if (!cost.cost.decidable) {
        cost.reason = "one pass has no interval";
    }
    return cost;
}

}  // namespace

double overlap_of(const SharingRecord& sharing) {
    return sharing.measured_s > 0 ? sharing.overlapped_s / sharing.measured_s : 0;
}

std::vector<SharingCost> sharing_costs(const Run& run, const std::vector<CaseSummary>& summaries) {
    std::vector<SharingCost> costs;
    for (const CaseSummary& row : summaries) {
        const Subject& subject = run.header.subjects.at(static_cast<std::size_t>(row.subject));
        if (!subject.together_of) continue;
        costs.push_back(cost_of(find(summaries, *subject.together_of, row.id), row));
    }
    return costs;
}

}  // namespace assay
