// SPDX-License-Identifier: Apache-2.0
// String tools; printable() is the gate for hostile text, so every kind of harm has its line.
#include "core/base/text.hpp"

#include <catch2/catch.hpp>

using namespace assay;
using Words = std::vector<std::string>;

TEST_CASE("split keeps empty parts and join undoes it", "[base][text]") {
    CHECK(split("a,,b,", ',') == Words{"a", "", "b", ""});
    CHECK(split("", ',') == Words{""});
    CHECK(join(split("a,,b,", ','), ",") == "a,,b,");
    CHECK(join({}, ", ").empty());
}

TEST_CASE("trim takes blanks from both ends only", "[base][text]") {
    CHECK(trim(" \t a b\r\n") == "a b");
    CHECK(trim(" \n ").empty());
    CHECK(trim("").empty());
}

TEST_CASE("the nearest name is found for a typo", "[base][text]") {
    const Words names = {"onednn", "openblas", "reference", "m"};
    CHECK(nearest("onednm", names) == "onednn");
    CHECK(nearest("ONEDNN", names) == "onednn");
    CHECK(nearest("refrence", names) == "reference");
    CHECK(nearest("openblass", names) == "openblas");
}

TEST_CASE("nothing is suggested for a word that is no typo of a name", "[base][text]") {
    const Words names = {"onednn", "openblas", "m"};
    CHECK(nearest("cuda", names).empty());
    CHECK(nearest("k", names).empty());
    CHECK(nearest("", names).empty());
    CHECK(nearest("x", {}).empty());
    CHECK(nearest(std::string(1'000'000, 'x'), names).empty());
}

TEST_CASE("printable leaves ordinary text of any language as it is", "[base][text]") {
    for (const std::string text : {"GEMM 1024", "± 0.3 %", "µs", "日本語", "😀", ""}) {
        CHECK(printable(text) == text);
    }
}

TEST_CASE("printable takes the harm out of terminal escapes", "[base][text]") {
    CHECK(printable("\x1b[31mred") == "?[31mred");
    CHECK(printable(std::string("a\0b", 3)) == "a?b");
    CHECK(printable("one\r\ntwo\t\x7f") == "one??two??");
    CHECK(printable("\xc2\x9b"
                    "31m") == "?31m");  // C1: CSI in one character
    CHECK(printable("\xe2\x80\xae"
                    "abc") == "?abc");        // right-to-left override
    CHECK(printable("\xe2\x80\xa8") == "?");  // line separator
}

TEST_CASE("printable replaces each byte that is no UTF-8", "[base][text]") {
    CHECK(printable("a\xff"
                    "b") == "a?b");
    CHECK(printable("\xc3") == "?");                 // cut short
    CHECK(printable("\xc0\xaf") == "??");            // overlong '/'
    CHECK(printable("\xed\xa0\x80") == "???");       // surrogate
    CHECK(printable("\xf5\x80\x80\x80") == "????");  // above U+10FFFF
    CHECK(printable("\x9b") == "?");                 // bare C1 byte
}

TEST_CASE("printable cuts by characters, never inside one", "[base][text]") {
    CHECK(printable("abcdef", 6) == "abcdef");
    CHECK(printable("abcdef", 5) == "abcd…");
    CHECK(printable("ééééé", 3) == "éé…");
    CHECK(printable("abc", 0).empty());
    CHECK(printable(std::string(1'000'000, '\x1b'), 4) == "???…");
}
