// SPDX-License-Identifier: Apache-2.0
// One small table in its three dialects, and cells that try to be something else.
#include "core/report/table.hpp"

#include <catch2/catch.hpp>

#include "core/report/notes.hpp"

namespace assay {
namespace {

Table small() {
    Table table({{"name"}, {"±", Align::right}});
    table.add_heading("group");
    table.add({"é", "0.5"});
    table.add({"long name", "10"});
    return table;
}

TEST_CASE("columns align by characters, not bytes, under a heading", "[report]") {
    CHECK(small().text(Dialect::terminal) ==
          "  name         ±\n"
          "group\n"
          "  é          0.5\n"
          "  long name   10\n");
}

TEST_CASE("Markdown states the alignment, a heading is a bold row", "[report]") {
    CHECK(small().text(Dialect::markdown) ==
          "| name | ± |\n"
          "|:--|--:|\n"
          "| **group** | |\n"
          "| é | 0.5 |\n"
          "| long name | 10 |\n");
}

TEST_CASE("CSV has no headings", "[report]") {
    CHECK(small().text(Dialect::csv) == "name,±\né,0.5\nlong name,10\n");
}

TEST_CASE("a missing cell is empty", "[report]") {
    Table table({{"a"}, {"b"}});
    table.add({"1"});
    CHECK(table.text(Dialect::csv) == "a,b\n1,\n");
}

/// The one cell of a table, without its title.
std::string cell(const std::string& text, Dialect dialect) {
    Table table({{"t"}});
    table.add({text});
    std::string whole = table.text(dialect);
    whole.pop_back();
    return whole.substr(whole.rfind('\n') + 1);
}

TEST_CASE("CSV cells cannot start a formula, quotes and commas are quoted", "[report]") {
    CHECK(cell("=1+1", Dialect::csv) == "'=1+1");
    CHECK(cell("+1", Dialect::csv) == "'+1");
    CHECK(cell("-1", Dialect::csv) == "'-1");
    CHECK(cell("@x", Dialect::csv) == "'@x");
    CHECK(cell("a,\"b\"", Dialect::csv) == "\"a,\"\"b\"\"\"");
    CHECK(cell("=\"a\",b", Dialect::csv) == "\"'=\"\"a\"\",b\"");
}

TEST_CASE("Markdown cells cannot end the cell or start a markup", "[report]") {
    CHECK(cell("a|b`c*d_e", Dialect::markdown) == "| a\\|b\\`c\\*d\\_e |");
    CHECK(cell("<b>[x](y)\\", Dialect::markdown) == "| \\<b>\\[x\\](y)\\\\ |");
}

TEST_CASE("terminal escapes and line ends are shown as question marks", "[report]") {
    for (const Dialect dialect : {Dialect::terminal, Dialect::markdown, Dialect::csv}) {
        const std::string shown = cell("a\x1b[31m\nb", dialect);
        CHECK(shown.find('\x1b') == std::string::npos);
        CHECK_THAT(shown, Catch::Contains("31m?b"));
    }
}

TEST_CASE("a cell too wide for a terminal is cut with an ellipsis", "[report]") {
    const std::string shown = cell(std::string(100, 'x'), Dialect::terminal);
    CHECK(shown == std::string(59, 'x') + "…");
}

TEST_CASE("one text is said once, with the first names it holds for", "[report]") {
    Grouped grouped;
    for (const char* name : {"a", "b", "c", "d", "e"}) {
        grouped.add("too slow", "too slow", name);
    }
    grouped.add("unsupported", "unsupported", "f");
    CHECK(grouped.lines() ==
          std::vector<std::string>{"too slow: a, b, c and 2 more", "unsupported: f"});
}

TEST_CASE("of several texts of a kind the first is the example", "[report]") {
    Grouped grouped;
    grouped.add("heavy tail", "heavy tail: 3 of 40", "a");
    grouped.add("heavy tail", "heavy tail: 9 of 40", "a");
    grouped.add("heavy tail", "heavy tail: 3 of 40", "b");
    CHECK(grouped.lines() == std::vector<std::string>{"heavy tail, such as 3 of 40: a, b"});
}

TEST_CASE("a section without lines is nothing", "[report]") {
    CHECK(section("title", {}, Dialect::terminal).empty());
    CHECK(section("title", {"x"}, Dialect::csv).empty());
    CHECK(section("title", {"x"}, Dialect::terminal) == "\ntitle\n  x\n");
    CHECK(section("title", {"x|"}, Dialect::markdown) == "\n**title**\n\n- x\\|\n");
}

}  // namespace
}  // namespace assay
