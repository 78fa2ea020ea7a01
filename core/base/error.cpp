// SPDX-License-Identifier: Apache-2.0
// What an Error says, made fit for a terminal.
#include "core/base/error.hpp"

#include "core/base/text.hpp"

namespace assay {
namespace {

constexpr std::size_t max_bytes = 2000;  // chosen: the longest are lists of what there is

/// Of a long message the middle goes: the place is in front, the remedy at the end.
std::string in_one_line(std::string_view what) {
    const std::string text = printable(what, what.size() + 1);
    if (text.size() <= max_bytes) return text;
    const auto splits_character = [&](std::size_t at) {  // UTF-8's bytes after the first
        return (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U;
    };
    std::size_t head = max_bytes / 2;
    std::size_t tail = text.size() - max_bytes / 2;
    while (splits_character(head)) --head;
    while (splits_character(tail)) ++tail;
    return text.substr(0, head) + "…" + text.substr(tail);
}

}  // namespace

Error::Error(std::string_view what) : std::runtime_error(in_one_line(what)) {}

}  // namespace assay
