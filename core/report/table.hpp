// SPDX-License-Identifier: Apache-2.0
// A table of text: alignment, widths and the three dialects (terminal, Markdown, CSV). It knows
// nothing of what it prints. Strings are made printable; CSV cells cannot start a formula.
#pragma once

#include <string>
#include <vector>

namespace assay {

enum class Align { left, right };
enum class Dialect { terminal, markdown, csv };

struct Column {
    std::string title;
    Align align = Align::left;
};

/// `text` printable and with Markdown's own characters escaped.
std::string markdown_text(const std::string& text);

class Table {
public:
    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
    void add(std::vector<std::string> cells);
    /// A line across: a group's title (terminal and Markdown; CSV leaves it out).
    void add_heading(std::string text);
    [[nodiscard]] std::string text(Dialect dialect) const;

private:
    struct Row {
        bool heading = false;
        std::vector<std::string> cells;
    };
    [[nodiscard]] std::string terminal() const;
    [[nodiscard]] std::string terminal_line(const Row& row,
                                            const std::vector<std::size_t>& widths) const;
    [[nodiscard]] std::string markdown() const;
    [[nodiscard]] std::string csv() const;

    std::vector<Column> columns_;
    std::vector<Row> rows_;
};

}  // namespace assay
