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

/// Names that share a text: collected in order, printed as "text: a, b and 7 more".
class Grouped {
public:
    void add(const std::string& text, const std::string& name);
    [[nodiscard]] std::vector<std::string> lines() const;

private:
    std::vector<std::pair<std::string, std::vector<std::string>>> groups_;
};

}  // namespace assay
