// SPDX-License-Identifier: Apache-2.0
// The verdicts and what each says. Percentages are changes of time: + is slower.
#include "core/compare/judge.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/compare/aligned.hpp"
#include "core/stat/paired.hpp"

namespace assay {

namespace {

constexpr double significance = 0.05;  // family-wise, statistics 1.7

std::string interval95(const Difference& difference) {
    return fmt::format("{} … {}", signed_percent(difference.low95),
                       signed_percent(difference.high95));
}

/// Whether one side has no number, and why: { verdict, reason } of that side; "" when it has one.
struct Obstacle {
    Verdict verdict = Verdict::missing;
    std::string reason;
};

Obstacle obstacle(const CaseSummary& summary, const char* side) {
    const Outcome& outcome = summary.outcome;
    if (outcome.state == State::measured) {
        if (summary.copied.empty()) return {};
        return {Verdict::invalid, fmt::format("in the {} {}: copies", side, summary.copied)};
    }
    const bool failed = outcome.state == State::failed;
    return {failed ? Verdict::invalid : Verdict::missing,
            fmt::format("{} in the {}: {}", failed ? "failed" : "skipped", side,
                        printable(outcome.reason, 200))};
}

/// "host", "device", "virtual"; "several" when the passes differ.
std::string clock_of(const CaseSummary& summary) {
    std::string clock;
    for (const CaseRecord* record : summary.records) {
        if (!record->sample) continue;
        if (clock.empty()) clock = record->sample->clock;
        if (clock != record->sample->clock) return "several";
    }
    return clock;
}

void settle(Comparison& comparison, Verdict verdict, std::string reason) {
    comparison.verdict = verdict;
    comparison.reason = std::move(reason);
}

/// Readings that never settled, or still drift, are no ground for a verdict (statistics 1.2).
void look_for_doubts(Comparison& comparison) {
    const std::pair<const CaseSummary&, const char*> sides[] = {
        {*comparison.baseline, "baseline"}, {*comparison.candidate, "candidate"}};
    for (const auto& [summary, side] : sides) {
        if (!forbids_verdict(summary.condition())) continue;
        const Doubt& doubt = summary.doubts.front();
        return settle(comparison, Verdict::cant_tell,
                      fmt::format("{} in the {}: {}; {}", name(doubt.condition), side, doubt.reason,
                                  doubt.remedy));
    }
}

/// What stands against comparing two measured or unmeasured cases of the same work.
void look_for_obstacles(Comparison& comparison) {
    const Obstacle sides[] = {obstacle(*comparison.baseline, "baseline"),
                              obstacle(*comparison.candidate, "candidate")};
    for (const Verdict first : {Verdict::invalid, Verdict::missing}) {
        for (const Obstacle& side : sides) {
            if (!side.reason.empty() && side.verdict == first) {
                return settle(comparison, first, side.reason);
            }
        }
    }
    const std::string here = clock_of(*comparison.baseline);
    const std::string there = clock_of(*comparison.candidate);
    if (here == there && here != "several") return look_for_doubts(comparison);
    settle(comparison, Verdict::not_comparable,
           fmt::format("clock is {} in the baseline, {} in the candidate", here, there));
}

/// Passes that the difference rests on: of the side that has fewer, or of both together.
std::size_t passes_of(const Comparison& comparison, const Rule& rule) {
    if (rule.paired) return aligned(*comparison.baseline, *comparison.candidate).baseline.size();
    return std::min(comparison.baseline->pass_medians.size(),
                    comparison.candidate->pass_medians.size());
}

std::string cannot_tell(const Comparison& comparison, const Rule& rule) {
    const std::size_t have = passes_of(comparison, rule);
    if (!comparison.difference.decidable) {
        return fmt::format("{} pass on {}; 2 are the least", have,
                           rule.paired ? "both sides" : "a side");
    }
    const int needed = rule.paired ? paired_passes_needed(comparison.difference.sd_log, rule.margin)
                                   : passes_needed(comparison.difference.sd_log, rule.margin);
    const std::string interval = "interval " + interval95(comparison.difference);
    if (needed > static_cast<int>(have)) {
        return fmt::format("{}; {} passes would tell (have {})", interval, needed, have);
    }
    return fmt::format("{}; too near ±{:.3g} %: {}", interval, rule.margin * 100,
                       rule.paired ? "take more passes" : "measure both with --ab");
}

std::string claim(const Comparison& comparison, double margin) {
    const Difference& difference = comparison.difference;
    const double least =
        std::min(std::abs(std::log(difference.low95)), std::abs(std::log(difference.high95)));
    const bool surely = least >= std::log1p(margin);
    return fmt::format("time {}, interval {}{}", signed_percent(difference.ratio),
                       interval95(difference), surely ? ", all of it beyond the margin" : "");
}

std::string sameness(const Difference& difference, double margin) {
    const bool detectable = difference.p < significance;
    return fmt::format("within ±{:.3g} %: 90 % interval {} … {}{}", margin * 100,
                       signed_percent(difference.low90), signed_percent(difference.high90),
                       detectable ? "; a difference, but below the margin" : "");
}

}  // namespace

std::string signed_percent(double ratio) {
    const double percent = (ratio - 1) * 100;
    return fmt::format("{:+.{}f} %", percent, std::abs(percent) < 99.95 ? 1 : 0);
}

Comparison begin_comparison(Pair&& pair) {
    const CaseSummary& named = pair.baseline != nullptr ? *pair.baseline : *pair.candidate;
    Comparison comparison;
    comparison.key = named.key;
    comparison.id = named.id;
    comparison.group = named.group;
    if (pair.baseline != nullptr) comparison.baseline = std::move(*pair.baseline);
    if (pair.candidate != nullptr) comparison.candidate = std::move(*pair.candidate);
    if (!pair.difference.empty()) {
        settle(comparison, Verdict::not_comparable, pair.difference);
    } else if (pair.baseline == nullptr) {
        settle(comparison, Verdict::missing, "not in the baseline");
    } else if (pair.candidate == nullptr) {
        settle(comparison, Verdict::missing, "not in the candidate");
    } else {
        look_for_obstacles(comparison);
    }
    return comparison;
}

bool undecided(const Comparison& comparison) {
    return comparison.verdict == Verdict::cant_tell && comparison.reason.empty();
}

void decide(Comparison& comparison, double adjusted_p, const Rule& rule) {
    const double margin = rule.margin;
    const Difference& difference = comparison.difference;
    switch (difference.decidable ? direction(difference, adjusted_p, margin)
                                 : Direction::cant_tell) {
        case Direction::faster:
            return settle(comparison, Verdict::faster, claim(comparison, margin));
        case Direction::slower:
            return settle(comparison, Verdict::slower, claim(comparison, margin));
        case Direction::equivalent:
            return settle(comparison, Verdict::equivalent, sameness(difference, margin));
        case Direction::cant_tell:
            return settle(comparison, Verdict::cant_tell, cannot_tell(comparison, rule));
    }
}

}  // namespace assay
