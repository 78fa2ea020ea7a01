// SPDX-License-Identifier: Apache-2.0
// Pairs, differences, Holm over the cases, verdicts, and what all cases say together.
#include "core/compare/compare.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/compare/aligned.hpp"
#include "core/compare/confounders.hpp"
#include "core/compare/judge.hpp"
#include "core/compare/pair.hpp"
#include "core/compare/second_opinion.hpp"
#include "core/compare/session_term.hpp"
#include "core/result/generation.hpp"
#include "core/stat/paired.hpp"

namespace assay {

namespace {

constexpr std::string_view verdict_names[] = {
    "FASTER", "SLOWER", "EQUIVALENT", "CAN'T TELL", "NOT COMPARABLE", "INVALID", "MISSING"};

/// What people ask of text generation is not the time of a query: its two parts stand behind it.
std::vector<CaseSummary> with_token_cases(std::vector<CaseSummary> cases) {
    std::vector<CaseSummary> all;
    all.reserve(cases.size());
    for (CaseSummary& each : cases) {
        std::optional<CaseSummary> first = token_case(each, TokenTime::first);
        std::optional<CaseSummary> next = token_case(each, TokenTime::per_output);
        all.push_back(std::move(each));
        if (first) all.push_back(std::move(*first));
        if (next) all.push_back(std::move(*next));
    }
    return all;
}

std::vector<CaseSummary> cases_of(const Side& side, bool normalised) {
    std::vector<CaseSummary> cases = summarise(*side.run);
    if (normalised) exchange_estimates(cases);
    std::erase_if(cases, [&](const CaseSummary& each) { return each.subject != side.subject; });
    return with_token_cases(std::move(cases));
}

bool skipped(const CaseSummary* summary) {
    return summary != nullptr && summary->outcome.state == State::skipped;
}

/// The cases that a verdict can be given on; those skipped on both sides are only counted.
std::vector<Comparison> begin_all(std::vector<Pair> pairs, ComparisonReport& report) {
    std::vector<Comparison> cases;
    cases.reserve(pairs.size());
    int skipped_twice = 0;
    for (Pair& pair : pairs) {
        if (skipped(pair.baseline) && skipped(pair.candidate) && pair.difference.empty()) {
            ++skipped_twice;
            continue;
        }
        cases.push_back(begin_comparison(std::move(pair)));
    }
    if (skipped_twice > 0) {
        report.notes.push_back(fmt::format("{} {} skipped on both sides", skipped_twice,
                                           skipped_twice == 1 ? "case" : "cases"));
    }
    return cases;
}

Difference difference_of(const Comparison& each, const ComparisonReport& report) {
    const CaseSummary &here = *each.baseline, &there = *each.candidate;
    if (!report.paired) {
        return difference(here.pass_medians, there.pass_medians, report.session_sd);
    }
    const Aligned pairs = aligned(here, there);
    return paired_difference(pairs.baseline, pairs.candidate);
}

bool measured_on_both(const Comparison& each) {
    const bool compared = each.verdict == Verdict::faster || each.verdict == Verdict::slower ||
                          each.verdict == Verdict::equivalent || each.verdict == Verdict::cant_tell;
    return compared && each.baseline && each.candidate;
}

/// Holm's correction is over the cases that can be decided (statistics 1.7).
void decide_all(ComparisonReport& report) {
    const Rule rule{report.margin, report.paired};
    std::vector<Comparison*> open;
    for (Comparison& each : report.cases) {
        if (!measured_on_both(each)) continue;
        each.difference = difference_of(each, report);
        each.other = by_other_estimate(each, report);
        each.cycle_ratio = cycle_ratio(each, report);
        if (!undecided(each)) continue;  // a doubt forbids the verdict, not the number
        if (each.difference.decidable)
            open.push_back(&each);
        else
            decide(each, 1, rule);
    }
    std::vector<double> p;
    for (const Comparison* each : open) p.push_back(each->difference.p);
    const std::vector<double> adjusted = holm(p);
    for (std::size_t i = 0; i < open.size(); ++i) {
        decide(*open[i], adjusted[i], rule);
        open[i]->remark = clock_remark(*open[i], report.margin);
    }
}

void refuse_all(ComparisonReport& report) {
    const Confounder& first = report.refused.front();
    for (Comparison& each : report.cases) {
        each.verdict = Verdict::not_comparable;
        each.reason = fmt::format("{} is {} in the baseline, {} in the candidate", first.field,
                                  printable(first.baseline, 60), printable(first.candidate, 60));
    }
}

std::vector<const Comparison*> by_key(const std::vector<Comparison>& cases) {
    std::vector<const Comparison*> sorted;
    for (const Comparison& each : cases) sorted.push_back(&each);
    std::ranges::stable_sort(sorted, {}, &Comparison::key);
    return sorted;
}

using Cases = std::vector<const CaseSummary*>;

std::set<int> passes_of(const Cases& cases) {
    std::set<int> passes;
    for (const CaseSummary* each : cases) passes.insert(each->passes.begin(), each->passes.end());
    return passes;
}

/// Geometric mean of the cases' medians in each pass: passes are shared by the cases, so this and
/// not the case is the unit (statistics 1.8).
std::vector<double> mean_of_passes(const Cases& cases) {
    std::vector<double> sums(passes_of(cases).size());
    for (const CaseSummary* each : cases) {
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += std::log(each->pass_medians[i]);
    }
    for (double& sum : sums) sum = std::exp(sum / static_cast<double>(cases.size()));
    return sums;
}

Difference mean_difference(const Cases& here, const Cases& there, const ComparisonReport& report) {
    if (!report.paired) {
        return difference(mean_of_passes(here), mean_of_passes(there), report.session_sd);
    }
    CaseSummary baseline, candidate;  // All cases as one.
    baseline.passes = here.front()->passes;
    baseline.pass_medians = mean_of_passes(here);
    candidate.passes = there.front()->passes;
    candidate.pass_medians = mean_of_passes(there);
    const Aligned pairs = aligned(baseline, candidate);
    return paired_difference(pairs.baseline, pairs.candidate);
}

/// Parts of other cases are not counted.
std::size_t whole_cases(const std::vector<Comparison>& cases) {
    const auto is_whole = [](const Comparison& each) {
        return !each.baseline || !each.baseline->part;
    };
    return static_cast<std::size_t>(std::ranges::count_if(cases, is_whole));
}

void summarise_all(ComparisonReport& report) {
    // Summed by key: the means must not hang on which file's order of cases is the baseline's.
    Cases here, there;
    for (const Comparison* each : by_key(report.cases)) {
        if (!measured_on_both(*each) || each->baseline->part) continue;
        here.push_back(&*each->baseline);
        there.push_back(&*each->candidate);
    }
    if (here.empty()) return;
    double here_seconds = 0, there_seconds = 0;
    for (const CaseSummary* each : here) here_seconds += each->time.center;
    for (const CaseSummary* each : there) there_seconds += each->time.center;
    report.total_time_ratio = there_seconds / here_seconds;

    const std::size_t here_passes = passes_of(here).size();
    const std::size_t there_passes = passes_of(there).size();
    Cases full_here, full_there;
    for (std::size_t i = 0; i < here.size(); ++i) {
        if (here[i]->passes.size() != here_passes) continue;
        if (there[i]->passes.size() != there_passes) continue;
        full_here.push_back(here[i]);
        full_there.push_back(there[i]);
    }
    if (const std::size_t whole = whole_cases(report.cases); full_here.size() < whole) {
        report.notes.push_back(
            fmt::format("the geometric mean is over {} of {} cases: those "
                        "measured in every pass of both sides",
                        full_here.size(), whole));
    }
    if (full_here.empty()) return;
    const Difference mean = mean_difference(full_here, full_there, report);
    if (mean.decidable) report.geometric_mean = mean;
}

}  // namespace

std::string_view name(Verdict verdict) {
    return verdict_names[static_cast<std::size_t>(verdict)];
}

std::string Side::label() const {
    return subject_of(*this).label;
}

int ComparisonReport::count(Verdict verdict) const {
    return static_cast<int>(std::ranges::count(cases, verdict, &Comparison::verdict));
}

ComparisonReport compare(const Side& baseline, const Side& candidate,
                         const CompareOptions& options) {
    ComparisonReport report;
    report.baseline = baseline;
    report.candidate = candidate;
    report.margin = options.margin.value_or(
        std::max(baseline.run->header.profile.margin, candidate.run->header.profile.margin));
    report.normalised = options.normalised;
    report.paired = side_by_side(baseline, candidate);
    take_session_sd(report, options);
    report.refused = refused_fields(baseline, candidate);
    sort_differences(differing_fields(baseline, candidate), options.axes, report);
    report.notes = remarks(baseline, candidate);
    std::vector<CaseSummary> here = cases_of(baseline, report.normalised);
    std::vector<CaseSummary> there = cases_of(candidate, report.normalised);
    report.cases = begin_all(pair_cases(here, there), report);
    if (report.refused.empty())
        decide_all(report);
    else
        refuse_all(report);
    summarise_all(report);
    return report;
}

bool gate_trips(const ComparisonReport& report) {
    // Nothing compared is nothing shown: an empty report never passes a gate.
    if (!report.refused.empty() || report.cases.empty()) return true;
    for (const Verdict verdict :
         {Verdict::slower, Verdict::missing, Verdict::invalid, Verdict::not_comparable}) {
        if (report.count(verdict) > 0) return true;
    }
    return false;
}

}  // namespace assay
