// SPDX-License-Identifier: Apache-2.0
// Three ways to write the same rows. Cells come from files of strangers: all are made printable,
// Markdown and CSV cells are escaped.
#include "core/report/table.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace assay {

namespace {

constexpr std::size_t max_cell = 60;  // chosen: a name and its numbers fit in 120 columns

/// Characters, not bytes: UTF-8 continuation bytes take no column.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string padded(const std::string& text, std::size_t columns, Align align) {
    const std::string blanks(columns - std::min(columns, width(text)), ' ');
    return align == Align::right ? blanks + text : text + blanks;
}

std::string without_trailing_blanks(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line + '\n';
}

/// RFC 4180; a leading = + - @ would be run as a formula by spreadsheets, so it gets an apostrophe.
std::string csv_cell(const std::string& text) {
    const std::string shown = printable(text);
    const bool formula = !shown.empty() && std::string_view("=+-@").find(shown[0]) != shown.npos;
    const std::string cell = fmt::format("{}{}", formula ? "'" : "", shown);
    if (cell.find_first_of(",\"\n") == std::string::npos) return cell;
    std::string quoted = "\"";
    for (const char c : cell) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

template <class Escape>
std::string joined(const std::vector<std::string>& cells, const char* between, Escape escape) {
    std::vector<std::string> escaped;
    for (const std::string& cell : cells) escaped.push_back(escape(cell));
    return join(escaped, between);
}

std::vector<std::string> titles(const std::vector<Column>& columns) {
    std::vector<std::string> texts;
    for (const Column& column : columns) texts.push_back(column.title);
    return texts;
}

}  // namespace

std::string markdown_text(const std::string& text) {
    std::string escaped;
    for (const char c : printable(text)) {
        if (std::string_view("\\`|*_[]<").find(c) != std::string_view::npos) escaped += '\\';
        escaped += c;
    }
    return escaped;
}

void Table::add(std::vector<std::string> cells) {
    cells.resize(columns_.size());
    rows_.push_back({false, std::move(cells)});
}

void Table::add_heading(std::string text) {
    rows_.push_back({true, {std::move(text)}});
}

std::string Table::text(Dialect dialect) const {
    switch (dialect) {
        case Dialect::terminal:
            return terminal();
        case Dialect::markdown:
            return markdown();
        case Dialect::csv:
            return csv();
    }
    return "";
}

std::string Table::terminal() const {
    std::vector<Row> rows = {{false, titles(columns_)}};
    rows.insert(rows.end(), rows_.begin(), rows_.end());
    std::vector<std::size_t> widths(columns_.size());
    for (Row& row : rows) {
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            row.cells[i] = printable(row.cells[i], max_cell);
            if (!row.heading) widths[i] = std::max(widths[i], width(row.cells[i]));
        }
    }
    const bool grouped = std::ranges::any_of(rows_, &Row::heading);
    std::string text;
    for (const Row& row : rows) {
        const std::string line = row.heading ? row.cells[0] : terminal_line(row, widths);
        text += without_trailing_blanks(grouped && !row.heading ? "  " + line : line);
    }
    return text;
}

std::string Table::terminal_line(const Row& row, const std::vector<std::size_t>& widths) const {
    std::string line;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
        line += (i > 0 ? "  " : "") + padded(row.cells[i], widths[i], columns_[i].align);
    }
    return line;
}

std::string Table::markdown() const {
    std::string text = "| " + joined(titles(columns_), " | ", markdown_text) + " |\n|";
    for (const Column& column : columns_) text += column.align == Align::right ? "--:|" : ":--|";
    text += '\n';
    for (const Row& row : rows_) {
        if (!row.heading) {
            text += "| " + joined(row.cells, " | ", markdown_text) + " |\n";
            continue;
        }
        text += "| **" + markdown_text(row.cells[0]) + "** |";
        for (std::size_t i = 1; i < columns_.size(); ++i) text += " |";
        text += '\n';
    }
    return text;
}

std::string Table::csv() const {
    std::string text = joined(titles(columns_), ",", csv_cell) + '\n';
    for (const Row& row : rows_) {
        if (!row.heading) text += joined(row.cells, ",", csv_cell) + '\n';
    }
    return text;
}

}  // namespace assay
