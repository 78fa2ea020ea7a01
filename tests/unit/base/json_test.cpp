// SPDX-License-Identifier: Apache-2.0
// JSON from strangers is refused with a place and a reason; ours never holds NaN or infinity.
#include "core/base/json.hpp"

#include <cmath>

#include <catch2/catch.hpp>

#include "core/base/error.hpp"

using Catch::Contains;
using namespace assay;

namespace {

std::string nested(int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']');
}

std::string message_of(const std::string& text) {
    try {
        parse_json(text, "a.jsonl:12");
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace

TEST_CASE("JSON keeps the order of keys and the exact numbers", "[base][json]") {
    const std::string text =
        R"({"z":1,"a":[true,null,-3,18446744073709551615,0.1,1e-300],"m":{"x":"é"}})";
    CHECK(dump_json(parse_json(text, "x")) == text);
    const Json value = parse_json(dump_json({{"x", 0.1 + 0.2}}), "x");
    CHECK(value.at("x").get<double>() == 0.1 + 0.2);
}

TEST_CASE("a parse error names the place in plain words", "[base][json]") {
    const std::string message = message_of(R"({"a": nope})");
    CHECK_THAT(message, Catch::StartsWith("a.jsonl:12: not valid JSON: "));
    CHECK_THAT(message, Contains("line 1, column 8"));
    CHECK_THAT(message, !Contains("json.exception"));
    CHECK_THAT(message_of(""), Contains("not valid JSON"));
    CHECK_THAT(message_of("{} {}"), Contains("not valid JSON"));
    CHECK_THAT(message_of("\"\xff\""), Contains("not valid JSON"));
    CHECK_THAT(message_of("[\"\x1b[31m\"]"), !Contains("\x1b"));
}

TEST_CASE("numbers that no double holds are refused on reading", "[base][json]") {
    CHECK_THAT(message_of("[1e999]"), Contains("1e999"));
    CHECK_THAT(message_of("[NaN]"), Contains("not valid JSON"));
    CHECK_THAT(message_of("[-Infinity]"), Contains("not valid JSON"));
}

TEST_CASE("depth, size and keys are limited, at the limit all is well", "[base][json]") {
    JsonLimits limits;
    limits.max_depth = 10;
    limits.max_bytes = 100;
    limits.max_keys = 2;
    CHECK_NOTHROW(parse_json(nested(10), "x", limits));
    CHECK_THROWS_WITH(parse_json(nested(11), "x", limits), "x: nested deeper than 10 levels");
    CHECK_NOTHROW(parse_json("\"" + std::string(98, 'a') + "\"", "x", limits));
    CHECK_THROWS_WITH(parse_json("\"" + std::string(99, 'a') + "\"", "x", limits),
                      Contains("x: larger than 100 bytes"));
    CHECK_NOTHROW(parse_json(R"({"a":1,"b":2})", "x", limits));
    CHECK_THROWS_WITH(parse_json(R"({"a":1,"b":2,"c":3})", "x", limits),
                      Contains("more than 2 keys"));
}

TEST_CASE("a million brackets are refused, not followed", "[base][json]") {
    CHECK_THROWS_WITH(parse_json(std::string(1'000'000, '['), "x"), Contains("nested deeper"));
}

TEST_CASE("a key that appears twice is refused", "[base][json]") {
    CHECK(message_of(R"({"a":1,"b":{"a":2},"a":3})") == "a.jsonl:12: key \"a\" appears twice");
    CHECK_NOTHROW(parse_json(R"([{"a":1},{"a":2}])", "x"));
}

TEST_CASE("NaN and infinity are refused on writing, with the path of keys", "[base][json]") {
    const Json nan = {{"cases", {1, {{"summary", {{"low", std::nan("")}}}}}}};
    CHECK_THROWS_WITH(dump_json(nan), Contains("cases[1].summary.low"));
    CHECK_THROWS_WITH(pretty_json(Json(std::vector<double>{1, -INFINITY})), Contains("[1]"));
    CHECK_THROWS_WITH(dump_json(Json(INFINITY)), Contains("the value"));
}

TEST_CASE("bytes that are no UTF-8 become the replacement character", "[base][json]") {
    CHECK(dump_json(Json("a\xff"
                         "b")) ==
          "\"a\xef\xbf\xbd"
          "b\"");
}

TEST_CASE("pretty JSON has two spaces of indentation", "[base][json]") {
    CHECK(pretty_json({{"a", {1}}}) == "{\n  \"a\": [\n    1\n  ]\n}");
}
