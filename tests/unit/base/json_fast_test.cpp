// SPDX-License-Identifier: Apache-2.0
// The quick way through JSON must never differ from nlohmann's own parser: 50,000 random
// documents, most of them broken in a byte.
#include <catch2/catch.hpp>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/random.hpp"

namespace assay {
namespace {

std::string random_value(Random& random, int depth);

std::string random_members(Random& random, int depth, bool object) {
    std::string text(1, object ? '{' : '[');
    for (std::uint32_t i = 0, n = random.below(4); i < n; ++i) {
        if (i > 0) text += ',';
        if (object) text += "\"k" + std::to_string(i) + "\":";
        text += random_value(random, depth + 1);
    }
    return text + (object ? '}' : ']');
}

std::string random_value(Random& random, int depth) {
    static const std::vector<std::string> plain = {"0",
                                                   "-0",
                                                   "7",
                                                   "-12",
                                                   "123456789012345678",
                                                   "1234567890123456789",
                                                   "0.1",
                                                   "-2.5",
                                                   "1e-7",
                                                   "3E+9",
                                                   "18446744073709551615",
                                                   "99999999999999999999",
                                                   "2.5e-3",
                                                   "\"\"",
                                                   "\"text\"",
                                                   "true",
                                                   "false",
                                                   "null",
                                                   "1e999",
                                                   "5e-324",
                                                   "\"a\\nb\"",
                                                   "\"\u00e4\"",
                                                   "01",
                                                   "1.",
                                                   ".5",
                                                   "-",
                                                   "1e",
                                                   "+1"};
    const std::uint32_t kind = random.below(depth > 4 ? 1 : 3);
    if (kind > 0) return random_members(random, depth, kind == 1);
    // The last ones are no JSON, and rare.
    const auto usual = static_cast<std::uint32_t>(plain.size() - 6);
    return plain[random.below(20) == 0 ? random.below(static_cast<std::uint32_t>(plain.size()))
                                       : random.below(usual)];
}

std::string broken(std::string text, Random& random) {
    static const std::string bytes = "{}[]\",:0123456789.eE+-tfn \\\x01\x7f";
    if (text.empty()) return text;
    const std::uint32_t at = random.below(static_cast<std::uint32_t>(text.size()));
    const std::uint32_t how = random.below(3);
    const char byte = bytes[random.below(static_cast<std::uint32_t>(bytes.size()))];
    if (how == 0) text.erase(at, 1);
    if (how == 1) text.insert(at, 1, byte);
    if (how == 2) text[at] = byte;
    return text;
}

/// "" for what the parser refuses.
std::string by_library(const std::string& text) {
    const Json json = Json::parse(text, nullptr, false);
    return json.is_discarded() ? "" : json.dump();
}

std::string by_us(const std::string& text) {
    try {
        return parse_json(text, "here").dump();
    } catch (const Error&) {
        return "";
    }
}

bool repeats_a_key(const std::string& text) {
    try {
        parse_json(text, "here");
    } catch (const Error& error) {
        return std::string(error.what()).find("appears twice") != std::string::npos;
    }
    return false;
}

TEST_CASE("the quick way and the library agree on any text", "[base][json]") {
    Random random(20261125, 3);
    int accepted = 0;
    for (int i = 0; i < 50'000; ++i) {
        std::string text = random_members(random, 0, random.below(2) == 0);
        if (random.below(3) > 0) text = broken(text, random);
        const std::string wanted = by_library(text), found = by_us(text);
        if (repeats_a_key(text)) continue;  // the library lets it pass, we do not
        if (wanted != found) FAIL("differs for " << text << ": " << wanted << " | " << found);
        accepted += found.empty() ? 0 : 1;
    }
    CHECK(accepted > 10'000);
    CHECK(accepted < 45'000);
}

TEST_CASE("depth and keys are limited on the quick way too", "[base][json]") {
    CHECK_THROWS_AS(parse_json(std::string(65, '[') + std::string(65, ']'), "here"), Error);
    CHECK_NOTHROW(parse_json(std::string(64, '[') + std::string(64, ']'), "here"));
    CHECK_THROWS_WITH(parse_json("{\"a\":1,\"a\":2}", "here"), Catch::Contains("appears twice"));
}

}  // namespace
}  // namespace assay
