// SPDX-License-Identifier: Apache-2.0
#include "core/compare/aligned.hpp"

#include <map>

#include "core/compare/confounders.hpp"

namespace assay {
namespace {

/// One of them is the other, measured together with more devices: their passes are pairs.
bool alone_and_together(const Side& one, const Side& other) {
    return subject_of(other).together_of == one.subject;
}

}  // namespace

Aligned aligned(const CaseSummary& baseline, const CaseSummary& candidate) {
    std::map<int, double> here;
    for (std::size_t i = 0; i < baseline.passes.size(); ++i) {
        here[baseline.passes[i]] = baseline.pass_medians[i];
    }
    std::map<int, std::pair<double, double>> both;
    for (std::size_t i = 0; i < candidate.passes.size(); ++i) {
        const auto found = here.find(candidate.passes[i]);
        if (found == here.end()) continue;
        both[candidate.passes[i]] = {found->second, candidate.pass_medians[i]};
    }
    Aligned pairs;
    for (const auto& [pass, medians] : both) {
        pairs.baseline.push_back(medians.first);
        pairs.candidate.push_back(medians.second);
    }
    return pairs;
}

bool side_by_side(const Side& baseline, const Side& candidate) {
    if (!same_run(baseline, candidate) || baseline.subject == candidate.subject) return false;
    return baseline.run->header.pairing == "lockstep" || alone_and_together(baseline, candidate) ||
           alone_and_together(candidate, baseline);
}

}  // namespace assay
