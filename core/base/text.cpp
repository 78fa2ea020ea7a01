// SPDX-License-Identifier: Apache-2.0
// String tools of text.hpp. printable() is the gate for text from strangers: see its table.
#include "core/base/text.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace assay {
namespace {

/// One decoded character. length 1 and code `invalid` for a byte that is no UTF-8.
struct Character {
    std::uint32_t code;
    std::size_t length;
};

constexpr std::uint32_t invalid = 0xffffffff;

/// Lead bytes by length: mask, value, the bytes in all, the least code (shorter forms are
/// overlong). RFC 3629.
struct Lead {
    std::uint32_t mask, value;
    std::size_t length;
    std::uint32_t least;
};
constexpr Lead leads[] = {
    {0x80, 0x00, 1, 0}, {0xe0, 0xc0, 2, 0x80}, {0xf0, 0xe0, 3, 0x800}, {0xf8, 0xf0, 4, 0x10000}};

std::uint32_t byte_at(std::string_view text, std::size_t i) {
    return static_cast<unsigned char>(text[i]);
}

Character decode_as(const Lead& lead, std::string_view text) {
    if (text.size() < lead.length) return {invalid, 1};
    std::uint32_t code = byte_at(text, 0) & ~lead.mask & 0xffU;
    for (std::size_t i = 1; i < lead.length; ++i) {
        if ((byte_at(text, i) & 0xc0U) != 0x80U) return {invalid, 1};
        code = code << 6U | (byte_at(text, i) & 0x3fU);
    }
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    if (code < lead.least || surrogate || code > 0x10ffff) return {invalid, 1};
    return {code, lead.length};
}

/// The first character of `text`, which is not empty.
Character decode(std::string_view text) {
    for (const Lead& lead : leads) {
        if ((byte_at(text, 0) & lead.mask) == lead.value) return decode_as(lead, text);
    }
    return {invalid, 1};
}

/// What could move the cursor, hide text or reorder it on a terminal: C0, DEL and C1 controls,
/// zero-width and line separators, bidirectional overrides ("Trojan Source", CVE-2021-42574).
bool is_harmful(std::uint32_t code) {
    struct Range {
        std::uint32_t first, last;
    };
    constexpr Range ranges[] = {{0x00, 0x1f},      {0x7f, 0x9f},     {0x200b, 0x200f},
                                {0x2028, 0x202e},  {0x2066, 0x2069}, {0xfeff, 0xfeff},
                                {invalid, invalid}};
    return std::any_of(std::begin(ranges), std::end(ranges), [code](const Range& range) {
        return code >= range.first && code <= range.last;
    });
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

/// Edits (insert, delete, replace one character) that turn a into b: Wagner & Fischer 1974.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (;;) {
        const std::size_t end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) text += separator;
        text += parts[i];
    }
    return text;
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n\f\v";
    const std::size_t first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::string nearest(std::string_view word, const std::vector<std::string>& names) {
    constexpr std::size_t longest_name = 100;  // chosen: no option or key is longer
    if (word.size() > longest_name) return "";
    std::string best;
    std::size_t best_distance = longest_name;
    for (const std::string& name : names) {
        if (name.size() > longest_name) continue;
        const std::size_t distance = edit_distance(lower(word), lower(name));
        // chosen: a typo changes at most a third of a word; single letters are no typos
        const bool near = distance <= (std::max(word.size(), name.size()) + 1) / 3;
        if (!near || distance >= best_distance) continue;
        best = name;
        best_distance = distance;
    }
    return best;
}

std::string printable(std::string_view text, std::size_t max_length) {
    std::string result;
    for (std::size_t length = 0; !text.empty(); ++length) {
        const Character next = decode(text);
        const bool last = next.length == text.size();
        if (length + 1 >= max_length && !last) return max_length == 0 ? "" : result + "…";
        if (is_harmful(next.code)) {
            result += '?';
        } else {
            result += text.substr(0, next.length);
        }
        text.remove_prefix(next.length);
    }
    return result;
}

}  // namespace assay
