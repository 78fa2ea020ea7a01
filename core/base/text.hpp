// SPDX-License-Identifier: Apache-2.0
// The few string tools that are used twice.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay {

std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string_view trim(std::string_view text);

/// The name nearest to `word` by edit distance, or "" when none is near enough to be a typo of it.
std::string nearest(std::string_view word, const std::vector<std::string>& names);

/// `text` with control characters (terminal escapes) replaced by '?' and cut to `max_length`
/// characters: for strings from plugins, suites and result files before a person sees them.
std::string printable(std::string_view text, std::size_t max_length = 500);

}  // namespace assay
