// SPDX-License-Identifier: Apache-2.0
#include "core/report/latency_table.hpp"

#include "core/report/cells.hpp"
#include "core/result/tails.hpp"
#include "core/result/whole.hpp"
#include "core/unit/scale.hpp"

namespace assay {

std::string tail_cell(const Tail& tail) {
    if (!(tail.time.center > 0)) return tail.note;
    std::string text = format(tail.time.center, Unit::second);
    if (tail.time.confidence > 0) text += " " + interval_cell(tail.time);
    return tail.note.empty() ? text : text + " (" + tail.note + ")";
}

std::string latency_table(const Run& run, const std::vector<const CaseSummary*>& rows,
                          Dialect dialect) {
    std::vector<Column> columns;
    std::vector<std::vector<std::string>> lines;
    for (const CaseSummary* row : rows) {
        const std::vector<Tail> found = tails(*WholeSummary(run, *row));
        if (found.empty()) continue;
        if (columns.empty()) {
            columns.push_back({"latency"});
            for (const Tail& each : found) columns.push_back({tail_name(each.q), Align::right});
        }
        std::vector<std::string>& line = lines.emplace_back();
        line.push_back(row->id);
        for (const Tail& each : found) line.push_back(tail_cell(each));
    }
    if (lines.empty()) return "";
    Table table(std::move(columns));
    for (std::vector<std::string>& line : lines) table.add(std::move(line));
    return "\n" + table.text(dialect);
}

}  // namespace assay
