// SPDX-License-Identifier: Apache-2.0
// What stands above and below a table: lines under a title, in the table's dialect.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/report/table.hpp"

namespace assay {

/// A title and its lines; nothing at all when there are no lines.
std::string section(std::string_view title, const std::vector<std::string>& lines, Dialect dialect);

/// Names that share a kind of text, collected in order: "text: a, b and 7 more"; where the texts of
/// a kind differ, the first is an example.
class Grouped {
public:
    /// `kind`: what `text` begins with, or all of it.
    void add(const std::string& kind, const std::string& text, const std::string& name);
    [[nodiscard]] std::vector<std::string> lines() const;

private:
    struct Group {
        std::string kind, text;
        bool one_text = true;
        std::vector<std::string> names;
    };
    std::vector<Group> groups_;
};

}  // namespace assay
