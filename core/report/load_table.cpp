// SPDX-License-Identifier: Apache-2.0
#include "core/report/load_table.hpp"

#include <fmt/format.h>

#include "core/unit/scale.hpp"

namespace assay {
namespace {

/// "12 (0.4 %)"; "-" without a bound.
std::string over_cell(const LoadSettings& settings, const LoadSummary& load) {
    if (!is_open_loop(settings.scenario) || is_search(settings)) return "-";
    const double part = static_cast<double>(load.over) / static_cast<double>(load.queries);
    return fmt::format("{} ({:.3g} %)", load.over, part * 100);
}

std::string search_text(const LoadSummary& load) {
    const std::string sure =
        load.confidence > 0 ? fmt::format(" ({:.0f} %)", load.confidence * 100) : "";
    if (load.upper > 0) {
        return fmt::format("sustains {:.4g} to {:.4g} queries/s{}", load.claimed, load.upper, sure);
    }
    return fmt::format("sustains {:.4g} queries/s at least{}", load.claimed, sure);
}

/// "met in 4 of 5 passes, missed in 1".
std::string bound_text(const LoadSummary& load) {
    std::string text;
    const int undecided = load.passes - load.met - load.missed;
    for (const auto& [what, passes] : {std::pair{"met", load.met}, std::pair{"missed", load.missed},
                                       std::pair{"undecided", undecided}}) {
        if (passes == 0) continue;
        text += text.empty() ? fmt::format("{} in {} of {} passes", what, passes, load.passes)
                             : fmt::format(", {} in {}", what, passes);
    }
    return text;
}

}  // namespace

std::string load_verdict_text(const CaseSummary& row) {
    const LoadSettings& settings = *row.protocol.load;
    const LoadSummary& load = *row.load;
    if (settings.scenario == Scenario::offline) return "-";
    if (is_search(settings)) return search_text(load);
    if (is_open_loop(settings.scenario)) return bound_text(load);
    const std::string value = fmt::format("within {}", format(load.tail.value, Unit::second));
    return fmt::format("p{:.6g} {}", settings.percentile * 100, tail_text(load.tail, value));
}

std::string load_table(const std::vector<const CaseSummary*>& rows, Dialect dialect) {
    Table table({{"under load"},
                 {"queries", Align::right},
                 {"samples/s", Align::right},
                 {"beyond bound", Align::right},
                 {"worst issue delay", Align::right},
                 {"verdict"}});
    bool any = false;
    for (const CaseSummary* row : rows) {
        if (!row->load) continue;
        any = true;
        const LoadSettings& settings = *row->protocol.load;
        const bool open = is_open_loop(settings.scenario);
        table.add({row->id, std::to_string(row->load->queries),
                   fmt::format("{:.4g}", row->load->samples_per_second),
                   over_cell(settings, *row->load),
                   open ? format(row->load->worst_issue_delay_s, Unit::second) : "-",
                   load_verdict_text(*row)});
    }
    return any ? fmt::format("\n{}", table.text(dialect)) : "";
}

}  // namespace assay
