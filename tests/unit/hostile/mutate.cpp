// SPDX-License-Identifier: Apache-2.0
// One function for each kind of accident, in a table.
#include "tests/unit/hostile/mutate.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/base/sha256.hpp"

namespace assay::hostile {
namespace {

/// What readers of numbers, of text and of nested values stumble over.
constexpr std::array<std::string_view, 30> stumbling = {"0",
                                                        "-1",
                                                        "1e999",
                                                        "-1e999",
                                                        "1e-999",
                                                        "nan",
                                                        "inf",
                                                        "2147483648",
                                                        "-2147483649",
                                                        "9223372036854775807",
                                                        "9223372036854775808",
                                                        "18446744073709551616",
                                                        "0.1",
                                                        "\"\"",
                                                        "null",
                                                        "true",
                                                        "[]",
                                                        "{}",
                                                        "[[[[[[[[[[[[[[[[[[[[[[[[",
                                                        "\"",
                                                        "\\",
                                                        "\n",
                                                        "\xff\xfe",
                                                        "\\u0000",
                                                        "\\u001b[2J",
                                                        "\x1b[31m",
                                                        "=cmd()",
                                                        "../../../etc/passwd",
                                                        "%s%n",
                                                        "<script>"};

std::size_t place(const std::string& text, Random& random) {
    return text.empty() ? 0 : random.below(static_cast<std::uint32_t>(text.size()));
}

/// A piece of at most 1 KiB.
std::string_view piece(const std::string& text, Random& random) {
    const std::size_t from = place(text, random);
    const std::size_t most = std::min<std::size_t>(text.size() - from, 1U << random.below(11));
    return std::string_view(text).substr(from, most);
}

void flip_bit(std::string& text, const std::string&, Random& random) {
    if (text.empty()) return;
    char& at = text[place(text, random)];
    at = static_cast<char>(static_cast<unsigned char>(at) ^ (1U << random.below(8)));
}

void cut_piece(std::string& text, const std::string&, Random& random) {
    const std::size_t from = place(text, random);
    text.erase(from, piece(text, random).size());
}

void cut_end(std::string& text, const std::string&, Random& random) {
    text.resize(place(text, random));
}

void put_in(std::string& text, const std::string& other, Random& random) {
    const std::string taken(piece(random.below(2) == 0 ? text : other, random));
    text.insert(place(text, random), taken);
}

void swap_pieces(std::string& text, const std::string&, Random& random) {
    if (text.size() < 2) return;
    const std::size_t half = text.size() / 2;
    const std::size_t length = 1 + random.below(static_cast<std::uint32_t>(
                                       std::min<std::size_t>(half, 1U << random.below(11))));
    const std::size_t first = random.below(static_cast<std::uint32_t>(half - length + 1));
    std::swap_ranges(text.begin() + static_cast<std::ptrdiff_t>(first),
                     text.begin() + static_cast<std::ptrdiff_t>(first + length),
                     text.begin() + static_cast<std::ptrdiff_t>(half));
}

std::string_view any_stumbling(Random& random) {
    return stumbling[random.below(static_cast<std::uint32_t>(stumbling.size()))];
}

void put_stumbling(std::string& text, const std::string&, Random& random) {
    text.insert(place(text, random), any_stumbling(random));
}

/// What is a value or a name becomes another one: the text stays well-formed more often.
void replace_word(std::string& text, const std::string& other, Random& random) {
    const auto in_word = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-';
    };
    const auto word_at = [&](const std::string& where, std::size_t at) {
        std::size_t from = at;
        std::size_t to = at;
        while (from > 0 && in_word(where[from - 1])) --from;
        while (to < where.size() && in_word(where[to])) ++to;
        return std::pair{from, to - from};
    };
    const auto [from, length] = word_at(text, place(text, random));
    if (random.below(2) == 0) {
        text.replace(from, length, any_stumbling(random));
    } else {
        const auto [taken, taken_length] = word_at(other, place(other, random));
        text.replace(from, length, other.substr(taken, taken_length));
    }
}

using Accident = void (*)(std::string&, const std::string&, Random&);
constexpr std::array<Accident, 9> accidents = {flip_bit,     cut_piece,    cut_end,
                                               put_in,       swap_pieces,  put_stumbling,
                                               replace_word, replace_word, replace_word};

}  // namespace

std::string mutated(std::string text, const std::string& other, Random& random) {
    const std::uint32_t count = 1 + random.below(4);
    for (std::uint32_t i = 0; i < count; ++i) {
        accidents[random.below(static_cast<std::uint32_t>(accidents.size()))](text, other, random);
    }
    return text;
}

std::string rechained(const std::string& text) {
    constexpr std::string_view key = "\"previous\":\"";
    std::string whole;
    std::string previous(64, '0');
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string line = text.substr(at, end - at);
        const std::size_t found = line.find(key);
        const std::size_t quote = found == line.npos ? found : line.find('"', found + key.size());
        if (quote != line.npos) {
            line.replace(found + key.size(), quote - found - key.size(), previous);
        }
        previous = sha256_hex(line);
        whole += line;
        if (end < text.size()) whole += '\n';
        at = end + 1;
    }
    return whole;
}

}  // namespace assay::hostile
