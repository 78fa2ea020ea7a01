// SPDX-License-Identifier: Apache-2.0
// The rules, one function each, and their table. What read_run refuses (a key that does not fit,
// turns that do not add up) is not held again. A new rule needs its row in docs/results.md and a
// file in tests/unit/verify that breaks it and no other.
#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/result/whole.hpp"
#include "core/verify/verify.hpp"

namespace assay {
namespace {

using Breaches = std::vector<Breach>;

std::string place(const Run& run, const CaseRecord& record) {
    const std::string label = run.header.subjects[static_cast<std::size_t>(record.subject)].label;
    return fmt::format("case '{}', pass {}, {}", printable(record.id, 120), record.pass,
                       printable(label, 60));
}

template <class Rule>
void each_record(const Run& run, Breaches& breaches, Rule rule) {
    for (const CaseRecord& record : run.records) {
        if (const std::string what = rule(record); !what.empty()) {
            breaches.push_back({"", place(run, record), what});
        }
    }
}

/// The same for rules of readings, which may have been put aside.
template <class Rule>
void each_sample(const Run& run, Breaches& breaches, Rule rule) {
    each_record(run, breaches, [&](const CaseRecord& record) -> std::string {
        return record.sample ? rule(*WholeRecord(run, record)) : "";
    });
}

void whole(const Run& run, Breaches& breaches) {
    for (const std::string& warning : run.warnings) {
        if (!warning.starts_with("interrupted")) breaches.push_back({"", "", printable(warning)});
    }
}

/// A case is one key, one id and one place in the suite, in every pass and on every subject.
void names(const Run& run, Breaches& breaches) {
    std::map<std::string, const CaseRecord*> by_id;
    std::map<std::string, const CaseRecord*> by_key;
    std::map<int, const CaseRecord*> by_index;
    each_record(run, breaches, [&](const CaseRecord& record) {
        const CaseRecord* others[] = {by_id.try_emplace(record.id, &record).first->second,
                                      by_key.try_emplace(record.key, &record).first->second,
                                      by_index.try_emplace(record.index, &record).first->second};
        const bool same = std::all_of(std::begin(others), std::end(others), [&](const auto* other) {
            return std::tie(other->id, other->key, other->index, other->group, other->roof) ==
                   std::tie(record.id, record.key, record.index, record.group, record.roof);
        });
        return same ? "" : "another case has its id, its key or its place in the suite";
    });
}

int planned_passes(const RunRecord& header) {
    return header.two_stage ? std::max(header.two_stage->most_passes, header.profile.passes)
                            : header.profile.passes;
}

void passes(const Run& run, Breaches& breaches) {
    each_record(run, breaches, [&](const CaseRecord& record) {
        const int planned = planned_passes(run.header);
        return record.pass >= 0 && record.pass < planned
                   ? std::string()
                   : fmt::format("pass {} of {}", record.pass, planned);
    });
}

/// In a complete run each subject has each case once in each pass that it has any of.
void complete(const Run& run, Breaches& breaches) {
    if (!run.end || run.end->status != "complete") return;
    std::map<std::pair<int, int>, int> counts;
    for (const CaseRecord& record : run.records) ++counts[{record.subject, record.pass}];
    for (const auto& [pass, count] : counts) {
        if (count == run.header.suite.cases) continue;
        breaches.push_back({"", "",
                            fmt::format("subject {} has {} of {} cases in pass {}", pass.first,
                                        count, run.header.suite.cases, pass.second)});
    }
}

void counts(const Run& run, Breaches& breaches) {
    if (!run.end) return;
    const auto count = [&](State state) {
        return static_cast<int>(std::ranges::count(
            run.records, state, [](const CaseRecord& each) { return each.outcome.state; }));
    };
    const EndRecord& end = *run.end;
    const std::tuple found{count(State::measured), count(State::skipped), count(State::failed)};
    if (found == std::tuple{end.measured, end.skipped, end.failed}) return;
    breaches.push_back({"", "",
                        fmt::format("the end record counts {}, {} and {} measured, skipped and "
                                    "failed; the file has {}, {} and {}",
                                    end.measured, end.skipped, end.failed, std::get<0>(found),
                                    std::get<1>(found), std::get<2>(found))});
}

void checked(const Run& run, Breaches& breaches) {
    each_record(run, breaches, [](const CaseRecord& record) -> std::string {
        if (!record.sample) return "";
        const bool good = record.check && record.check->worst <= 1 && record.check->elements > 0 &&
                          record.check_after && record.check_after->passed;
        return good ? "" : "readings without checks, before and after, that passed";
    });
}

void outcomes(const Run& run, Breaches& breaches) {
    each_record(run, breaches, [](const CaseRecord& record) -> std::string {
        const bool measured = record.outcome.state == State::measured;
        if (!measured && record.sample) return "readings of what was not measured";
        return measured == record.outcome.reason.empty()
                   ? ""
                   : "measured with a reason against it, or not measured for no reason";
    });
}

void readings(const Run& run, Breaches& breaches) {
    each_sample(run, breaches, [](const CaseRecord& record) -> std::string {
        const bool good =
            std::ranges::all_of(record.sample->readings_ns, [](double each) { return each > 0; });
        return good ? "" : "a reading that is no time";
    });
}

/// What the host's clock read fits into the time that the case took. Other clocks may run as they
/// like; what they read is held against the host's where both are known.
void time_fits(const Run& run, Breaches& breaches) {
    each_sample(run, breaches, [](const CaseRecord& record) -> std::string {
        if (record.sample->clock == "virtual") return "";
        const SampleRecord& sample = *record.sample;
        double spent_s = 0;
        for (const double each : sample.clock == "host" ? sample.readings_ns : sample.host_ns) {
            spent_s += each * 1e-9;
        }
        // Chosen: 1 % for what rounding and slewing of a clock may do.
        if (!(spent_s > record.elapsed_s * 1.01)) return "";  // no number is readings()' concern
        return fmt::format("{:.4g} s of readings in a case that took {:.4g} s", spent_s,
                           record.elapsed_s);
    });
}

void dates(const Run& run, Breaches& breaches) {
    if (!run.end) return;
    // ISO 8601, always in UTC and of one length: the order of texts is that of times.
    if (run.end->ended_utc.size() == run.header.started_utc.size() &&
        run.end->ended_utc >= run.header.started_utc) {
        return;
    }
    breaches.push_back({"", "",
                        fmt::format("started {}, ended {}", printable(run.header.started_utc, 40),
                                    printable(run.end->ended_utc, 40))});
}

void copies(const Run& run, Breaches& breaches) {
    for (const CaseSummary& each : summarise(run)) {
        if (each.copied.empty()) continue;
        breaches.push_back({"", "case '" + printable(each.id, 120) + "'", each.copied});
    }
}

constexpr std::array<VerifyRule, 11> rules = {{
    {"V01", "the file is whole: no line cut, an end record", whole},
    {"V02", "a case is one key, one id and one place in the suite", names},
    {"V03", "no pass is beyond those that were planned", passes},
    {"V04", "a complete run has every case in every pass", complete},
    {"V05", "the end record counts the outcomes", counts},
    {"V06", "readings come with checks before and after that passed", checked},
    {"V07", "what was measured has readings, and nothing else has", outcomes},
    {"V08", "every reading is a time above 0", readings},
    {"V09", "the readings fit into the time that the case took", time_fits},
    {"V10", "the run ended after it started", dates},
    {"V11", "no two passes hold the same ten readings or more", copies},
}};

}  // namespace

std::span<const VerifyRule> verify_rules() {
    return rules;
}

}  // namespace assay
