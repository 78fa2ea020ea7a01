// SPDX-License-Identifier: Apache-2.0
// Lines under a title; the same reason is said once, with the cases that it holds for.
#include "core/report/notes.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace assay {

namespace {

constexpr std::size_t names_shown = 3;  // chosen: enough to find the rest in the file

}  // namespace

std::string section(std::string_view title, const std::vector<std::string>& lines,
                    Dialect dialect) {
    if (lines.empty() || dialect == Dialect::csv) return "";
    const bool markdown = dialect == Dialect::markdown;
    std::string text =
        fmt::format("\n{0}{1}{0}\n{2}", markdown ? "**" : "", title, markdown ? "\n" : "");
    for (const std::string& line : lines) {
        text += fmt::format("{} {}\n", markdown ? "-" : " ",
                            markdown ? markdown_text(line) : printable(line));
    }
    return text;
}

void Grouped::add(const std::string& kind, const std::string& text, const std::string& name) {
    auto found = std::ranges::find(groups_, kind, &Group::kind);
    if (found == groups_.end()) found = groups_.insert(found, {kind, text, true, {}});
    if (text != found->text) found->one_text = false;
    if (std::ranges::find(found->names, name) == found->names.end()) found->names.push_back(name);
}

std::vector<std::string> Grouped::lines() const {
    std::vector<std::string> texts;
    for (const auto& [kind, text, one_text, names] : groups_) {
        const std::size_t shown = std::min(names.size(), names_shown);
        const std::string example =
            one_text ? text : kind + ", such as" + text.substr(kind.size() + 1);
        const std::vector<std::string> first(names.begin(),
                                             names.begin() + static_cast<std::ptrdiff_t>(shown));
        std::string line = example + ": " + join(first, ", ");
        if (shown < names.size()) line += " and " + std::to_string(names.size() - shown) + " more";
        texts.push_back(line);
    }
    return texts;
}

}  // namespace assay
