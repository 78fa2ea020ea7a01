// SPDX-License-Identifier: Apache-2.0
// A comparison for people: both sides, what else differs, one line a case, and the sum of it.
// Changes are of time: + is slower; "speed" says who is faster by how much.
#include <algorithm>
#include <array>
#include <functional>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/compare/confounders.hpp"
#include "core/compare/judge.hpp"
#include "core/report/cells.hpp"
#include "core/report/notes.hpp"
#include "core/report/report.hpp"

namespace assay {

namespace {

std::string side_text(const char* role, const Side& side) {
    const Subject& subject = subject_of(side);
    return fmt::format("{}: {} of {}, {}; {}; {}", role, side.label(),
                       side.run->path.filename().string(), side.run->header.started_utc,
                       plugin_text(subject.plugin), device_text(subject));
}

std::string confounder_text(const Confounder& each) {
    constexpr std::size_t shown = 48;  // chosen: digests and long lists are told apart by less
    const auto quoted = [](const std::string& value) {
        return value.empty() ? std::string("(none)") : printable(value, shown);
    };
    return fmt::format("{}: {} | {}", each.field, quoted(each.baseline), quoted(each.candidate));
}

std::vector<std::string> texts(const std::vector<Confounder>& fields) {
    std::vector<std::string> lines;
    for (const Confounder& each : fields) lines.push_back(confounder_text(each));
    return lines;
}

bool has_ratio(const Comparison& each) {
    return each.verdict == Verdict::faster || each.verdict == Verdict::slower ||
           each.verdict == Verdict::equivalent || each.verdict == Verdict::cant_tell;
}

std::string change_interval(const Comparison& each) {
    if (!has_ratio(each) || !each.difference.decidable) return "";
    return signed_percent(each.difference.low95) + " … " + signed_percent(each.difference.high95);
}

/// "onednn 1.12x (1.08 … 1.15)": the faster side first, its speed relative to the other.
std::string speed_cell(const Comparison& each, const std::array<std::string, 2>& labels) {
    const Difference& difference = each.difference;
    if (each.verdict == Verdict::faster) {
        return fmt::format("{} {:.2f}x ({:.2f} … {:.2f})", labels[1], 1 / difference.ratio,
                           1 / difference.high95, 1 / difference.low95);
    }
    if (each.verdict != Verdict::slower) return "";
    return fmt::format("{} {:.2f}x ({:.2f} … {:.2f})", labels[0], difference.ratio,
                       difference.low95, difference.high95);
}

/// What the interval does not say already.
std::string note_cell(const Comparison& each) {
    const bool plain = each.verdict == Verdict::faster || each.verdict == Verdict::slower ||
                       each.verdict == Verdict::equivalent;
    if (plain) return each.remark;
    const std::string known = "interval " + change_interval(each) + "; ";
    return each.reason.starts_with(known) ? each.reason.substr(known.size()) : each.reason;
}

/// The names of the sides in column titles and the speed column.
std::array<std::string, 2> names_of(const ComparisonReport& report) {
    const std::array<std::string, 2> labels = {report.baseline.label(), report.candidate.label()};
    if (labels[0] != labels[1]) return labels;
    return {"baseline", "candidate"};
}

struct ComparisonColumn {
    std::string title;
    Align align;
    std::function<std::string(const Comparison&)> cell;
};

/// All columns but those that would be empty in every row.
std::vector<ComparisonColumn> columns_of(const ComparisonReport& report) {
    const std::array<std::string, 2> labels = names_of(report);
    std::vector<ComparisonColumn> cells = {
        {"case", Align::left, [](const Comparison& each) { return each.id; }},
        {labels[0], Align::right, [](const Comparison& each) { return time_cell(each.baseline); }},
        {labels[1], Align::right, [](const Comparison& each) { return time_cell(each.candidate); }},
        {"change", Align::right,
         [](const Comparison& each) {
             return has_ratio(each) ? signed_percent(each.difference.ratio) : "";
         }},
        {"95 % interval", Align::left, change_interval},
        {"verdict", Align::left,
         [](const Comparison& each) { return std::string(name(each.verdict)); }},
        {report.normalised ? "raw" : "normalised", Align::right,
         [](const Comparison& each) {
             return has_ratio(each) && each.other ? signed_percent(each.other->ratio) : "";
         }},
        {"faster side", Align::left,
         [labels](const Comparison& each) { return speed_cell(each, labels); }},
        {"note", Align::left, note_cell},
    };
    std::erase_if(cells, [&](const ComparisonColumn& column) {
        return std::ranges::all_of(
            report.cases, [&](const Comparison& each) { return column.cell(each).empty(); });
    });
    return cells;
}

std::string table_of(const ComparisonReport& report, Dialect dialect) {
    const std::vector<ComparisonColumn> cells = columns_of(report);
    std::vector<Column> columns;
    for (const ComparisonColumn& each : cells) columns.push_back({each.title, each.align});
    Table table(columns);
    const bool grouped =
        std::ranges::any_of(report.cases, [](const auto& each) { return !each.group.empty(); });
    const std::string* group = nullptr;
    for (const Comparison& each : report.cases) {
        if (grouped && (group == nullptr || *group != each.group)) {
            table.add_heading(each.group.empty() ? "other" : each.group);
        }
        group = &each.group;
        std::vector<std::string> row;
        for (const ComparisonColumn& column : cells) row.push_back(column.cell(each));
        table.add(row);
    }
    return table.text(dialect);
}

/// "2 faster, 1 slower, 0 equivalent, 3 can't tell of 6": the first four always, others when any.
std::string counts_text(const ComparisonReport& report) {
    struct Count {
        Verdict verdict;
        const char* text;
        bool always;
    };
    constexpr Count counts[] = {{Verdict::faster, "faster", true},
                                {Verdict::slower, "slower", true},
                                {Verdict::equivalent, "equivalent", true},
                                {Verdict::cant_tell, "can't tell", true},
                                {Verdict::not_comparable, "not comparable", false},
                                {Verdict::invalid, "invalid", false},
                                {Verdict::missing, "missing", false}};
    std::vector<std::string> parts;
    for (const Count& each : counts) {
        const int count = report.count(each.verdict);
        if (each.always || count > 0) parts.push_back(fmt::format("{} {}", count, each.text));
    }
    return fmt::format("{} of {} cases (candidate against baseline, margin {:.3g} %)",
                       join(parts, ", "), report.cases.size(), report.margin * 100);
}

std::vector<std::string> totals(const ComparisonReport& report) {
    std::vector<std::string> lines = {counts_text(report)};
    if (report.geometric_mean) {
        lines.push_back(fmt::format("geometric mean of time ratios {:.3f} ({:.3f} … {:.3f})",
                                    report.geometric_mean->ratio, report.geometric_mean->low95,
                                    report.geometric_mean->high95));
    }
    if (report.total_time_ratio) {
        lines.push_back(fmt::format("total time ratio {:.3f}", *report.total_time_ratio));
    }
    if (!report.session_source.empty()) {
        lines.push_back(
            fmt::format("each side may sit in a session that is off by {:.2g} % (sd); "
                        "the intervals hold that ({})",
                        report.session_sd * 100, report.session_source));
    }
    const bool both = std::ranges::any_of(
        report.cases, [](const Comparison& each) { return each.other.has_value(); });
    if (both) {
        lines.emplace_back(
            report.normalised ? "verdicts rest on times with what the probe saw taken out"
                              : "verdicts rest on raw times; --normalised takes out what the probe "
                                "saw");
    }
    return lines;
}

std::string number(double value) {
    return fmt::format("{}", value);
}

std::string seconds(const std::optional<CaseSummary>& summary) {
    return summary && summary->measured() ? number(summary->time.center) : "";
}

std::string csv(const ComparisonReport& report) {
    Table table({{"id"},
                 {"group"},
                 {"verdict"},
                 {"baseline_s"},
                 {"candidate_s"},
                 {"ratio"},
                 {"ratio_low"},
                 {"ratio_high"},
                 {"p"},
                 {"reason"},
                 {"key"}});
    for (const Comparison& each : report.cases) {
        const Difference& found = each.difference;
        const bool known = has_ratio(each) && found.decidable;
        const auto only = [known](double value) { return known ? number(value) : std::string(); };
        table.add({each.id, each.group, std::string(name(each.verdict)), seconds(each.baseline),
                   seconds(each.candidate), has_ratio(each) ? number(found.ratio) : "",
                   only(found.low95), only(found.high95), only(found.p), each.reason, each.key});
    }
    return table.text(Dialect::csv);
}

}  // namespace

std::string comparison_table(const ComparisonReport& report, Dialect dialect) {
    if (dialect == Dialect::csv) return csv(report);
    std::string text =
        section("comparison",
                {side_text("baseline", report.baseline), side_text("candidate", report.candidate)},
                dialect)
            .substr(1);
    text += section("not comparable (baseline | candidate)", texts(report.refused), dialect);
    text += section("confounded by (baseline | candidate)", texts(report.confounders), dialect);
    text += section("expected to differ (baseline | candidate)", texts(report.expected), dialect);
    text += section("differs too, and explains nothing", texts(report.noted), dialect);
    text += section("notes", report.notes, dialect);
    text += '\n';
    text += report.cases.empty() ? "no case to compare\n" : table_of(report, dialect);
    return text + section("in all", totals(report), dialect);
}

}  // namespace assay
