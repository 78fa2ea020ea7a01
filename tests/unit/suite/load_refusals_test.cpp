// SPDX-License-Identifier: Apache-2.0
// Everything that is not understood is refused, with file, line, column and what to do.
#include <catch2/catch.hpp>

#include "tests/unit/suite/folder.hpp"

namespace assay {

namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using test::refusal;

const std::string one = "[[gemm]]\nm = 4\nn = 5\nk = 6\n";

}  // namespace

TEST_CASE("an unknown key is refused with its place and the nearest known one") {
    REQUIRE(refusal(one + "tranpose_b = true\n") ==
            "a.toml:5:1: unknown key 'tranpose_b'; did you mean 'transpose_b'?");
    REQUIRE_THAT(refusal("titel = \"x\"\n" + one),
                 StartsWith("a.toml:1:1: unknown key 'titel'; did you mean 'title'?"));
    REQUIRE_THAT(refusal("[defaults]\nmesure = \"latency\"\n" + one),
                 StartsWith("a.toml:2:1: unknown key 'mesure'; did you mean 'measure'?"));
    REQUIRE_THAT(refusal("zzzzqqq = 1\n" + one), Contains("known are title"));
}

TEST_CASE("text that is not TOML is refused with its place") {
    REQUIRE_THAT(refusal("title = \n" + one), StartsWith("a.toml:1:"));
    REQUIRE_THAT(refusal("[[gemm]\nm = 1\n"), StartsWith("a.toml:1:"));
    REQUIRE_THAT(refusal(one + "m = 7\n"), StartsWith("a.toml:5:"));  // m twice
    REQUIRE_THAT(refusal(std::string("title = \"\xff\xfe\"\n")), StartsWith("a.toml:1:"));
}

TEST_CASE("a value of the wrong type is refused with what is wanted and what is there") {
    REQUIRE(refusal("[[gemm]]\nm = \"4\"\nn = 5\nk = 6\n") ==
            "a.toml:2:5: m must be an integer, is text");
    REQUIRE(refusal(one + "transpose_b = 1\n") ==
            "a.toml:5:15: transpose_b must be true or false, is an integer");
    REQUIRE(refusal("[[gemm]]\nm = [4, 4.5]\nn = 5\nk = 6\n") ==
            "a.toml:2:9: m must be an integer, is a number with a point");
    REQUIRE(refusal("title = 3\n" + one) == "a.toml:1:9: title must be text, is an integer");
    REQUIRE_THAT(refusal(one + "seed = -1\n"), Contains("seed must not be negative"));
    REQUIRE_THAT(refusal(one + "max_seconds = 0\n"), Contains("max_seconds must be above 0"));
}

TEST_CASE("an unknown name is refused with the known ones") {
    REQUIRE_THAT(refusal(one + "cache = \"warm\"\n"),
                 StartsWith("a.toml:5:9: cache is 'warm', not ") && Contains("weights-cold"));
    REQUIRE_THAT(refusal(one + "dtype = \"fp32\"\n"),
                 StartsWith("a.toml:5:9: dtype is 'fp32', not ") && Contains("bf16"));
    REQUIRE_THAT(refusal("profile = \"fast\"\n" + one), Contains("quick, default, publish"));
}

TEST_CASE("sizes that are missing or out of range are refused with the table's place") {
    REQUIRE(refusal("\n[[gemm]]\nm = 4\nn = 5\n") == "a.toml:2:1: k must be at least 1, is 0");
    REQUIRE_THAT(refusal("[[gemm]]\nm = -4\nn = 5\nk = 6\n"), Contains("m must be at least 1"));
    REQUIRE_THAT(refusal("[[gemm]]\nm = 9000000000\nn = 5\nk = 6\n"),
                 Contains("m must be at most"));
    REQUIRE_THAT(refusal(one + "d = \"i32\"\n"), Contains("needs integer operands"));
}

TEST_CASE("axes that multiply to too much are refused before they are multiplied") {
    std::string text = "[[gemm]]\n";
    for (const char* key : {"m", "n", "k", "batch", "seed", "transpose_a"}) {
        text += std::string(key) + " = [1";
        for (int i = 2; i <= 1000; ++i) text += "," + std::to_string(i);
        text += "]\n";
    }
    REQUIRE(refusal(text) == "a.toml:1:1: the axes multiply to more than 100000 cases");
}

TEST_CASE("the same work twice is refused with both places") {
    const std::string what = refusal(one + one);
    REQUIRE_THAT(what, StartsWith("a.toml:5:1: 'gemm f32 4x5x6' is in the suite already"));
    REQUIRE_THAT(what, Contains("a.toml:1:1"));
}

TEST_CASE("ties that do not fit are refused") {
    REQUIRE_THAT(refusal("[[gemm]]\nzip = [\"m\", \"n\"]\nm = [1, 2]\nn = [1]\nk = 1\n"),
                 Contains("different length: 'm' has 2, 'n' has 1"));
    REQUIRE_THAT(refusal("[[gemm]]\nzip = [\"m\", \"n\"]\nm = [1, 2]\nn = 1\nk = 1\n"),
                 Contains("zip names 'n', which is no list here"));
    REQUIRE_THAT(refusal(one + "zip = \"m\"\n"), Contains("zip must be a list"));
    REQUIRE_THAT(refusal(one + "zip = [1]\n"), Contains("zip must be text"));
}

TEST_CASE("lists that say nothing are refused") {
    REQUIRE_THAT(refusal("[[gemm]]\nm = []\nn = 5\nk = 6\n"), Contains("m is an empty list"));
    REQUIRE_THAT(refusal("title = \"T\"\n"),
                 Contains("at least one [[gemm]], [[operator]], [[inference]] or [[memory]]"));
    REQUIRE_THAT(refusal("[gemm]\nm = 4\nn = 5\nk = 6\n"), Contains("write [[gemm]], not [gemm]"));
    REQUIRE_THAT(refusal("[defaults]\nm = [1, 2]\n" + one), Contains("one value, not a list"));
}

TEST_CASE("control characters from a suite do not reach the terminal") {
    const std::string what = refusal(one + "\"\\u001b[31mred\" = 1\n");
    REQUIRE_THAT(what, Contains("unknown key"));
    REQUIRE(what.find('\x1b') == std::string::npos);
    const Suite suite = test::load_text(one + "name = \"\\u001b[2J\"\n");
    REQUIRE(suite.cases.at(0).id.find('\x1b') == std::string::npos);
}

TEST_CASE("a suite that is missing or a folder is an error that names it") {
    REQUIRE_THROWS_WITH(load_suite("/nowhere/a.toml"), Contains("/nowhere/a.toml"));
    const test::SuitesFolder folder;
    REQUIRE_THROWS_AS(load_suite(folder.path()), Error);
}

}  // namespace assay
