// SPDX-License-Identifier: Apache-2.0
#include "core/result/load_summary.hpp"

#include <algorithm>
#include <vector>

#include "core/workload/arrivals.hpp"

namespace assay {
namespace {

TailRule rule_of(const LoadSettings& settings) {
    TailRule rule;
    rule.percentile = settings.percentile;
    return rule;
}

/// One for each query in the order in which they were due; the unfinished are beyond any bound.
std::vector<bool> beyond(const LoadRecord& load, const std::vector<double>& readings_ns,
                         double bound_s) {
    std::vector<bool> over(static_cast<std::size_t>(load.queries));
    auto lost = load.unfinished.begin();
    std::size_t reading = 0;
    for (std::size_t i = 0; i < over.size(); ++i) {
        const bool unfinished = lost != load.unfinished.end() && std::cmp_equal(*lost, i);
        if (unfinished) ++lost;
        over[i] = unfinished || readings_ns[reading++] * 1e-9 > bound_s;
    }
    return over;
}

void take_tail(LoadSummary& summary, const LoadSettings& settings, const CaseRecord& record) {
    std::vector<double> seconds;
    for (const double ns : record.sample->readings_ns) seconds.push_back(ns * 1e-9);
    const TailEstimate tail = tail_estimate(seconds, rule_of(settings));
    const bool first = summary.passes == 0;
    // The pass with the fewest queries speaks when one has too few, else the slowest.
    const bool worse =
        !tail.available() || (summary.tail.available() && tail.value > summary.tail.value);
    if (first || worse) summary.tail = tail;
}

void take_search(LoadSummary& summary, const SearchRecord& search) {
    const bool first = summary.passes == 0;
    const double upper = search.upper_queries_per_second;
    summary.claimed =
        first ? search.queries_per_second : std::min(summary.claimed, search.queries_per_second);
    const bool unknown = upper == 0 || (!first && summary.upper == 0);
    summary.upper = unknown ? 0 : std::max(summary.upper, upper);
    summary.confidence =
        first ? search.confidence : std::min(summary.confidence, search.confidence);
}

void take(LoadSummary& summary, const LoadSettings& settings, const CaseRecord& record) {
    const LoadRecord& load = *record.load;
    if (load.search) {
        take_search(summary, *load.search);
    } else if (is_open_loop(settings.scenario)) {
        const LoadVerdict verdict = load_verdict(settings, record);
        summary.met += verdict.kept == Kept::met ? 1 : 0;
        summary.missed += verdict.kept == Kept::missed ? 1 : 0;
        summary.over += verdict.over;
    } else if (settings.scenario != Scenario::offline) {
        take_tail(summary, settings, record);
    }
    summary.queries += load.queries;
    summary.unfinished += std::ssize(load.unfinished);
    summary.worst_issue_delay_s = std::max(summary.worst_issue_delay_s, load.worst_issue_delay_s);
    if (load.search) {
        summary.samples_per_second +=
            load.search->queries_per_second * static_cast<double>(settings.samples_per_query);
    } else if (load.seconds > 0) {
        const auto finished = static_cast<double>(record.sample->readings_ns.size());
        summary.samples_per_second +=
            finished * static_cast<double>(settings.samples_per_query) / load.seconds;
    }
    ++summary.passes;
}

}  // namespace

LoadVerdict load_verdict(const LoadSettings& settings, const CaseRecord& record) {
    const LoadRecord& load = *record.load;
    const std::vector<bool> over = beyond(load, record.sample->readings_ns, settings.bound_seconds);
    LoadVerdict verdict;
    verdict.over = std::count(over.begin(), over.end(), true);
    if (settings.scenario == Scenario::server) {
        verdict.kept = kept(load.queries, verdict.over, rule_of(settings));
        return verdict;
    }
    const Arrivals due = poisson_arrivals({settings.queries_per_second, settings.min_queries,
                                           settings.min_seconds, load.schedule_seed});
    const StrictVerdict strict =
        strictly_kept(windows_of(due, over, strict_windows), rule_of(settings));
    verdict.kept = strict.kept;
    verdict.tau = strict.tau;
    return verdict;
}

std::optional<LoadSummary> load_summary(const Protocol& protocol,
                                        std::span<const CaseRecord* const> records) {
    if (!protocol.load) return std::nullopt;
    LoadSummary summary;
    for (const CaseRecord* record : records) {
        if (record->load) take(summary, *protocol.load, *record);
    }
    if (summary.passes == 0) return std::nullopt;
    summary.samples_per_second /= summary.passes;
    return summary;
}

}  // namespace assay
