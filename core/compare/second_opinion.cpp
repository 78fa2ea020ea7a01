// SPDX-License-Identifier: Apache-2.0
#include "core/compare/second_opinion.hpp"

#include <cmath>

#include <fmt/format.h>

#include "core/compare/aligned.hpp"
#include "core/stat/paired.hpp"
#include "core/stat/sample.hpp"

namespace assay {
namespace {

/// The summary with its other estimate as pass medians.
CaseSummary other(const CaseSummary& summary) {
    CaseSummary exchanged;
    exchanged.passes = summary.passes;
    exchanged.pass_medians = summary.normalised_medians;
    return exchanged;
}

/// The median time of the probe's dependent chain beside the case's readings; 0 without probes.
double chain_ns(const CaseSummary& summary) {
    std::vector<double> all;
    for (const CaseRecord* record : summary.records) {
        if (!record->sample || !record->sample->probe) continue;
        const std::vector<double>& chain = record->sample->probe->chain_ns;
        all.insert(all.end(), chain.begin(), chain.end());
    }
    return all.empty() ? 0 : median(all);
}

}  // namespace

void exchange_estimates(std::vector<CaseSummary>& cases) {
    for (CaseSummary& each : cases) {
        if (!each.normalised) continue;
        std::swap(each.pass_medians, each.normalised_medians);
        std::swap(each.time, *each.normalised);
    }
}

std::optional<Difference> by_other_estimate(const Comparison& each,
                                            const ComparisonReport& report) {
    if (!each.baseline || !each.candidate) return std::nullopt;
    if (each.baseline->normalised_medians.empty()) return std::nullopt;
    if (each.candidate->normalised_medians.empty()) return std::nullopt;
    const CaseSummary here = other(*each.baseline), there = other(*each.candidate);
    if (!report.paired) {
        return difference(here.pass_medians, there.pass_medians, report.session_sd);
    }
    const Aligned pairs = aligned(here, there);
    return paired_difference(pairs.baseline, pairs.candidate);
}

std::optional<double> cycle_ratio(const Comparison& each, const ComparisonReport& report) {
    if (!each.baseline || !each.candidate) return std::nullopt;
    const std::string& model = report.baseline.run->header.machine.cpu_model;
    if (model.empty() || model != report.candidate.run->header.machine.cpu_model) {
        return std::nullopt;
    }
    const double here = chain_ns(*each.baseline), there = chain_ns(*each.candidate);
    if (!(here > 0) || !(there > 0)) return std::nullopt;
    return each.difference.ratio / (there / here);
}

std::string clock_remark(const Comparison& each, double margin) {
    const bool claims = each.verdict == Verdict::faster || each.verdict == Verdict::slower;
    if (!claims || !each.cycle_ratio) return "";
    if (std::abs(std::log(*each.cycle_ratio)) >= std::log1p(margin)) return "";
    return fmt::format("time differs, cycles do not ({:+.1f} %): the cores' clocks differ",
                       (*each.cycle_ratio - 1) * 100);
}

}  // namespace assay
