// SPDX-License-Identifier: Apache-2.0
// A run for people: who was measured, one row a case, then what was skipped, failed or odd.
#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/report/cells.hpp"
#include "core/report/generation_table.hpp"
#include "core/report/latency_table.hpp"
#include "core/report/load_table.hpp"
#include "core/report/notes.hpp"
#include "core/report/report.hpp"
#include "core/report/sharing_table.hpp"
#include "core/result/session.hpp"

namespace assay {
namespace {

using Rows = std::vector<const CaseSummary*>;

/// As planned; with a pilot as many as were taken.
int passes_of(const Run& run) {
    const int planned = run.header.profile.passes;
    if (!run.header.two_stage) return planned;
    int last = planned - 1;
    for (const CaseRecord& record : run.records) last = std::max(last, record.pass);
    return last < run.header.two_stage->most_passes ? last + 1 : planned;
}

/// The lines above a subject's table.
std::vector<std::string> head(const Run& run, const Subject& subject) {
    const RunRecord& header = run.header;
    std::string suite =
        fmt::format("{}: {} cases, profile {}, {} passes, {}", header.suite.name,
                    header.suite.cases, header.profile.name, passes_of(run), header.started_utc);
    if (header.two_stage) {
        suite += fmt::format(", {} of them a pilot for ±{:.3g} %", header.two_stage->pilot_passes,
                             header.two_stage->target * 100);
    }
    if (header.pairing == "lockstep") suite += ", side by side";
    if (subject.together_of) suite += ", at one instant with the others";
    if (!header.suite.filter.empty()) suite += ", filter '" + header.suite.filter + "'";
    return {subject.label + ": " + plugin_text(subject.plugin), "on " + device_text(subject),
            std::move(suite)};
}

/// "roofs measured: memory 12.3 GB/s, f32 98.2 GFLOP/s"; "" without any.
std::string roofs_text(const std::vector<CaseSummary>& summaries, const Subject& subject) {
    const Roofs roofs = roofs_of(summaries, subject.index);
    std::vector<std::string> parts;
    if (roofs.memory != nullptr) {
        parts.push_back(fmt::format("memory {:.3g} GB/s", roofs.bytes_per_s * 1e-9));
    }
    for (const auto& [where, bytes_per_s] :
         {std::pair{"to device", roofs.to_device_bytes_per_s},
          std::pair{"from device", roofs.from_device_bytes_per_s}}) {
        if (bytes_per_s > 0)
            parts.push_back(fmt::format("{} {:.3g} GB/s", where, bytes_per_s * 1e-9));
    }
    for (const Roofs::Arithmetic& each : roofs.arithmetic) {
        const bool integers = counts_integer_operations(each.from->workload);
        parts.push_back(fmt::format(
            "{} {}", name(each.operand),
            format(each.ops_per_s, integers ? Unit::op_per_second : Unit::flop_per_second)));
    }
    return parts.empty() ? "" : "roofs measured: " + join(parts, ", ");
}

/// The rate and its interval with what the interference probe saw taken out.
void add_normalised(const CaseSummary& row, const Scale& scale, std::vector<std::string>& cells) {
    if (!row.normalised) {
        cells.insert(cells.end(), 2, "-");
        return;
    }
    const double operations = flop(row.workload);
    cells.push_back(operations > 0 ? format_in(operations / row.normalised->center, scale) : "-");
    cells.push_back(interval_cell(*row.normalised));
}

/// "idle: 43.1 W (nvml energy), before the first case"; "" where no counter was listened to.
std::string idle_text(const Rows& rows) {
    for (const CaseSummary* row : rows) {
        if (!row->energy || !row->energy->idle_watts) continue;
        return fmt::format("idle: {} ({}), before the first case",
                           format(*row->energy->idle_watts, Unit::watt, 3), row->energy->sensors);
    }
    return "";
}

/// Power while it ran, energy of one invocation.
void add_energy(const CaseSummary& row, std::vector<std::string>& cells) {
    cells.push_back(row.energy ? format(row.energy->watts, Unit::watt, 3) : "-");
    cells.push_back(row.energy ? format(row.energy->joules_per_invocation, Unit::joule, 3) : "-");
}

/// Which of the optional columns any row has something for.
struct Shown {
    bool peaks = false, clocks = false, roofs = false, energy = false, probed = false,
         grouped = false, bandwidth = false, models = false;
};

Shown shown_by(const Rows& rows) {
    Shown shown;
    for (const CaseSummary* row : rows) {
        shown.peaks |= row->peak_fraction.has_value();
        shown.clocks |= row->peak_at_clock_fraction.has_value();
        shown.roofs |= row->roof_share.has_value();
        shown.energy |= row->energy.has_value();
        shown.probed |= row->normalised.has_value();
        shown.grouped |= !row->group.empty();
        // Most operators move more than they compute.
        shown.models |= row->units_per_s.has_value();
        shown.bandwidth |= !std::holds_alternative<Gemm>(row->workload);
    }
    return shown;
}

std::vector<Column> columns_of(const Shown& shown, const std::string& rate_title) {
    std::vector<Column> columns{
        {"case"}, {rate_title, Align::right}, {"95 %", Align::right}, {"time", Align::right}};
    const auto add_right = [&](const char* title) { columns.push_back({title, Align::right}); };
    if (shown.models) add_right("a second");
    if (shown.bandwidth) add_right("GB/s");
    if (shown.peaks) add_right("% peak");
    if (shown.clocks) add_right("clock");
    if (shown.clocks) add_right("% peak at it");
    if (shown.roofs) add_right("% roof");
    if (shown.energy) add_right("power");
    if (shown.energy) add_right("energy");
    if (shown.probed) add_right("normalised");
    if (shown.probed) add_right("95 %");
    add_right("passes");
    add_right("error");
    columns.push_back({"state"});
    columns.push_back({"kernel"});
    return columns;
}

/// "12.3 tokens"; "-" of what is no model.
std::string units_cell(const CaseSummary& row) {
    if (!row.units_per_s) return "-";
    return fmt::format("{:.4g} {}", *row.units_per_s, std::get<Inference>(row.workload).unit);
}

std::vector<std::string> cells_of(const CaseSummary& row, const Shown& shown, const Scale& scale,
                                  int passes) {
    std::vector<std::string> cells{row.id, row.rate ? format_in(*row.rate, scale) : "-",
                                   interval_cell(row.time), format(row.time.center, Unit::second)};
    if (shown.models) cells.push_back(units_cell(row));
    if (shown.bandwidth) cells.push_back(fmt::format("{:.3g}", *row.bandwidth * 1e-9));
    if (shown.peaks) cells.push_back(percent_cell(row.peak_fraction));
    if (shown.clocks) {
        cells.push_back(row.clock_hz ? format(*row.clock_hz, Unit::hertz, 4) : "-");
        cells.push_back(percent_cell(row.peak_at_clock_fraction));
    }
    if (shown.roofs) cells.push_back(roof_cell(row));
    if (shown.energy) add_energy(row, cells);
    if (shown.probed) add_normalised(row, scale, cells);
    cells.push_back(passes_cell(row, passes));
    cells.push_back(row.check ? fmt::format("{:.0e}", row.check->max_error) : "-");
    cells.emplace_back(name(row.condition()));
    cells.push_back(kernel_cell(row));
    return cells;
}

Table case_table(const Rows& rows, int passes) {
    const RateColumn rates = rate_column(rows);
    const Shown shown = shown_by(rows);
    Table table(columns_of(shown, rates.title()));
    const std::string* group = nullptr;
    for (const CaseSummary* row : rows) {
        if (shown.grouped && (group == nullptr || *group != row->group)) {
            table.add_heading(row->group.empty() ? "other" : row->group);
        }
        group = &row->group;
        table.add(cells_of(*row, shown, rates.scale, passes));
    }
    return table;
}

/// What has no row, or a row with something to say.
struct Remarks {
    Grouped skipped, failed, odd;
};

/// "measure: killed by signal 9 (Killed)": a skip says why by itself.
std::string why(const Outcome& outcome) {
    const std::string reason = printable(outcome.reason, 300);
    const bool phase = outcome.state == State::failed && !outcome.phase.empty();
    return phase ? outcome.phase + ": " + reason : reason;
}

/// What texts with other numbers in them share: "too slow" of "too slow: 3 readings …".
std::string kind_of(const std::string& text) {
    return text.substr(0, text.find(": "));
}

/// Each distinct reason of a case once, with the passes it holds for unless those are all.
void remark(const CaseSummary& row, State state, Grouped& lines) {
    std::vector<std::pair<std::string, std::size_t>> counted;
    for (const CaseRecord* record : row.records) {
        if (record->outcome.state != state) continue;
        const std::string text = why(record->outcome);
        const auto found = std::ranges::find(counted, text, &decltype(counted)::value_type::first);
        if (found == counted.end())
            counted.emplace_back(text, 1);
        else
            ++found->second;
    }
    for (const auto& [text, passes] : counted) {
        const bool always = passes == row.records.size();
        const std::string kind = text.starts_with("too slow: ") ? kind_of(text) : text;
        lines.add(kind, text,
                  always ? row.id
                         : fmt::format("{} ({} of {} passes)", row.id, passes, row.records.size()));
    }
}

void remark(const CaseSummary& row, Remarks& remarks) {
    remark(row, State::skipped, remarks.skipped);
    remark(row, State::failed, remarks.failed);
    for (const std::string& warning : row.warnings) {
        // A few far readings are ordinary, and the median does not see them; --json has them.
        if (warning.starts_with("outliers: ")) continue;
        const std::string text = printable(warning, 300);
        remarks.odd.add(kind_of(text), text, row.id);
    }
    for (const Doubt& each : row.doubts) {
        const std::string kind(name(each.condition));
        remarks.odd.add(kind, kind + ": " + each.reason + "; " + each.remedy, row.id);
    }
}

std::string subject_text(const Run& run, const Subject& subject,
                         const std::vector<CaseSummary>& summaries, Dialect dialect) {
    Rows measured;
    Remarks remarks;
    for (const CaseSummary& each : summaries) {
        if (each.subject != subject.index) continue;
        if (each.outcome.state == State::measured) measured.push_back(&each);
        remark(each, remarks);
    }
    std::string text;
    std::vector<std::string> lines = head(run, subject);
    if (std::string roofs = roofs_text(summaries, subject); !roofs.empty()) {
        lines.push_back(std::move(roofs));
    }
    if (std::string idle = idle_text(measured); !idle.empty()) lines.push_back(std::move(idle));
    for (const std::string& line : lines) {
        text +=
            dialect == Dialect::markdown ? markdown_text(line) + "  \n" : printable(line) + "\n";
    }
    text += "\n";
    if (!measured.empty()) text += case_table(measured, passes_of(run)).text(dialect);
    text += latency_table(run, measured, dialect);
    text += load_table(measured, dialect);
    text += generation_table(measured, dialect);
    text += section("skipped", remarks.skipped.lines(), dialect);
    text += section("failed", remarks.failed.lines(), dialect);
    text += section("notes", remarks.odd.lines(), dialect);
    return text;
}

/// "the machine was not quiet before the first pass: jitter, load; …", or "".
std::string disturbances(const RunRecord& header) {
    if (!header.quiet) return "";
    std::vector<std::string> subjects;
    for (const Finding& each : diagnose(header.machine, *header.quiet)) {
        if (each.health == Health::disturbed) subjects.push_back(each.subject);
    }
    if (subjects.empty()) return "";
    return "the machine was not quiet before the first pass: " + join(subjects, ", ") +
           "; what to do: assay doctor";
}

/// How far another run may be off; "" when its clock is simulated.
std::string session_remark(const Run& run, const KnownSessions& known) {
    SessionTerm widest;
    for (std::size_t i = 0; i < run.header.subjects.size(); ++i) {
        if (run.header.subjects[i].device.timer == "virtual") continue;
        const SessionTerm term = session_term(known, run.header, i);
        if (widest.source.empty() || term.sd > widest.sd) widest = term;
    }
    if (widest.source.empty()) return "";
    return fmt::format(
        "intervals are of this session: another run on this machine may be off by ±{:.2g} % as a "
        "whole ({})",
        widest.sd * 196, widest.source);
}

std::vector<std::string> file_remarks(const Run& run, const KnownSessions& known) {
    std::vector<std::string> lines = run.warnings;
    int resumptions = 0;
    for (const CaseRecord& record : run.records) {
        resumptions = std::max(resumptions, record.resumption.value_or(0));
    }
    if (resumptions > 0) {
        lines.push_back(
            fmt::format("resumed {}: its passes are of more than one session",
                        resumptions == 1 ? "once" : fmt::format("{} times", resumptions)));
    }
    if (run.end && run.end->stopped_by) lines.push_back("stopped by " + *run.end->stopped_by);
    if (std::string noise = disturbances(run.header); !noise.empty()) {
        lines.push_back(std::move(noise));
    }
    constexpr int enough_passes = 10;  // research/statistics 2.1, S2
    // Nothing states an interval without two passes, or without a record.
    const int passes = run.records.empty() ? 0 : passes_of(run);
    if (passes > 1 && passes < enough_passes) {
        lines.push_back(
            fmt::format("few passes ({}): where processes are of two kinds, intervals of 5 passes "
                        "hold the truth "
                        "in 86 of 100 cases, not 95; of 10 in 94",
                        passes));
    }
    if (std::string session = session_remark(run, known); passes > 1 && !session.empty()) {
        lines.push_back(std::move(session));
    }
    const auto virtual_clock = [](const CaseRecord& record) {
        return record.sample && record.sample->clock == "virtual";
    };
    if (std::ranges::any_of(run.records, virtual_clock)) {
        lines.emplace_back("times are of a simulated clock: no statement about any hardware");
    }
    return lines;
}

}  // namespace

std::string run_table(const Run& run, Dialect dialect, const KnownSessions& known) {
    const std::vector<CaseSummary> summaries = summarise(run);
    std::string text;
    for (const Subject& subject : run.header.subjects) {
        if (!text.empty()) text += "\n";
        text += subject_text(run, subject, summaries, dialect);
    }
    text += sharing_table(run, summaries, dialect);
    return text + section("file", file_remarks(run, known), dialect);
}

}  // namespace assay
