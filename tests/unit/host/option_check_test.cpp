// SPDX-License-Identifier: Apache-2.0
#include "core/host/option_check.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace assay;

const std::vector<OptionInfo>& declared() {
    static const std::vector<OptionInfo> options{
        {.key = "threads", .type = "int", .default_value = "0", .help = ""},
        {.key = "scale", .type = "float", .default_value = "1", .help = ""},
        {.key = "graph", .type = "bool", .default_value = "false", .help = ""},
        {.key = "tag", .type = "string", .default_value = "", .help = ""},
        {.key = "mode", .type = "enum:fast|exact", .default_value = "fast", .help = ""},
    };
    return options;
}

void check_one(const char* key, const char* value) {
    check_against(declared(), {{key, value}}, "demo");
}

}  // namespace

TEST_CASE("a value of the declared type is taken", "[host][options]") {
    CHECK_NOTHROW(check_against(declared(),
                                {{"threads", "-2"},
                                 {"scale", "2.5e-3"},
                                 {"graph", "true"},
                                 {"tag", "anything at all"},
                                 {"mode", "exact"}},
                                "demo"));
    CHECK_NOTHROW(check_against(declared(), {}, "demo"));
}

TEST_CASE("a value of another type is refused with what it should be", "[host][options]") {
    CHECK_THROWS_WITH(check_one("threads", "many"),
                      "demo: option 'threads': 'many' is not an integer");
    CHECK_THROWS_WITH(check_one("threads", "2x"), Catch::EndsWith("'2x' is not an integer"));
    CHECK_THROWS_WITH(check_one("threads", ""), Catch::EndsWith("'' is not an integer"));
    CHECK_THROWS_WITH(check_one("threads", "9223372036854775808"),
                      Catch::EndsWith("is not an integer"));
    CHECK_THROWS_WITH(check_one("scale", "nan"), Catch::EndsWith("'nan' is not a number"));
    CHECK_THROWS_WITH(check_one("scale", "1,5"), Catch::EndsWith("'1,5' is not a number"));
    CHECK_THROWS_WITH(check_one("graph", "yes"), Catch::EndsWith("'yes' is not true or false"));
    CHECK_THROWS_WITH(check_one("mode", "exac"),
                      "demo: option 'mode': 'exac' is not one of fast, exact");
    CHECK_THROWS_WITH(check_one("mode", "fast|exact"), Catch::EndsWith("one of fast, exact"));
}

TEST_CASE("an option that is not declared is refused with the nearest key", "[host][options]") {
    CHECK_THROWS_WITH(check_one("thread", "2"),
                      "demo: no option 'thread' (did you mean 'threads'? it has: threads, scale, "
                      "graph, tag, mode)");
    CHECK_THROWS_WITH(check_one("frequency", "2"),
                      "demo: no option 'frequency' (it has: threads, scale, graph, tag, mode)");
    CHECK_THROWS_WITH(check_against({}, {{"threads", "2"}}, "demo"),
                      "demo: no option 'threads' (it has none)");
}

TEST_CASE("an option given twice is refused", "[host][options]") {
    CHECK_THROWS_WITH(check_against(declared(), {{"threads", "1"}, {"threads", "2"}}, "demo"),
                      "demo: option 'threads' is given twice");
}
