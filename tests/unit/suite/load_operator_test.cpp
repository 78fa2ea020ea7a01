// SPDX-License-Identifier: Apache-2.0
// [[operator]] tables: which keys an operator has, what they become, what is refused.
#include <catch2/catch.hpp>

#include "tests/unit/suite/folder.hpp"

namespace assay {
namespace {

using test::load_text;
using test::refusal;

const OperatorWork& work_of(const Case& each) {
    return std::get<OperatorWork>(each.workload);
}

TEST_CASE("an operator's sizes are written as they are said: 1x64x56x56") {
    const Suite suite = load_text(
        "[[operator]]\nop = \"conv\"\nx = \"1x64x56x56\"\nw = \"64x64x3x3\"\npad = 1\n"
        "activation = \"relu\"\ndtype = [\"f32\", \"bf16\"]\n");
    REQUIRE(suite.cases.size() == 2);
    CHECK(suite.cases[0].id == "conv f32 1x64x56x56 64x64x3x3 pad=1 activation=relu");
    CHECK(suite.cases[1].id == "conv bf16 1x64x56x56 64x64x3x3 pad=1 activation=relu");
    const OperatorWork& conv = work_of(suite.cases[0]);
    CHECK(conv.x == Shape{1, 64, 56, 56});
    CHECK(conv.pad == 1);
    // 2 x 64 x 56 x 56 outputs x 64 x 3 x 3
    CHECK(flop(suite.cases[0].workload) == 2.0 * 64 * 56 * 56 * 64 * 9);
}

TEST_CASE("lists are axes, and zip ties them, as for GEMMs") {
    const Suite suite = load_text(
        "[[operator]]\nop = \"attention\"\nx = [\"1x4x8x16\", \"1x4x1x16\"]\n"
        "y = [\"1x2x8x16\", \"1x2x32x16\"]\nzip = [\"x\", \"y\"]\ncausal = [false, true]\n");
    REQUIRE(suite.cases.size() == 4);
    CHECK(work_of(suite.cases[0]).y == Shape{1, 2, 8, 16});
    CHECK(work_of(suite.cases[3]).y == Shape{1, 2, 32, 16});
    CHECK(work_of(suite.cases[3]).causal);
}

TEST_CASE("defaults reach only the operators that have such a field") {
    const Suite suite = load_text(
        "[defaults]\nlayout = \"channels_last\"\ncausal = true\n"
        "[[operator]]\nop = \"softmax\"\nx = \"4x8\"\naxis = 1\n"
        "[[operator]]\nop = \"pool\"\nreduction = \"max\"\nx = \"1x8x8x4\"\nwindow = 2\nstride = "
        "2\n");
    CHECK(work_of(suite.cases[1]).layout == Layout::channels_last);
    CHECK(key_of(suite.cases[0]).find("layout") == std::string::npos);
}

TEST_CASE("GEMMs and operators stand in one suite, and the filter knows the fields of both") {
    const Suite suite = load_text(
        "[[gemm]]\nm = 4\nn = 5\nk = 6\n[[operator]]\nop = \"softmax\"\nx = \"4x8\"\naxis = 1\n");
    REQUIRE(suite.cases.size() == 2);
    CHECK(select(suite, "kind=operator").cases.size() == 1);
    CHECK(select(suite, "op=softmax").cases.size() == 1);
    CHECK(select(suite, "m<=4").cases.size() == 1);
    CHECK(select(suite, "x=4x8").cases.size() == 1);
    CHECK_THROWS_WITH(select(suite, "opp=softmax"), Catch::Contains("did you mean 'op'?"));
}

TEST_CASE("what makes no sense is refused where it stands") {
    CHECK_THAT(refusal("[[operator]]\nx = \"4x8\"\n"),
               Catch::Contains("a.toml:1:1: [[operator]] needs op"));
    CHECK_THAT(refusal("[[operator]]\nop = \"convolution\"\n"),
               Catch::Contains("op is 'convolution', not one of"));
    CHECK_THAT(refusal("[[operator]]\nop = \"softmax\"\nx = \"4x8\"\ncausal = true\n"),
               Catch::Contains("a.toml:4:1: unknown key 'causal'"));
    CHECK_THAT(refusal("[[operator]]\nop = \"softmax\"\nx = \"4 by 8\"\n"),
               Catch::Contains("a.toml:3:5: x is '4 by 8', not sizes like 1x64x56x56"));
    CHECK_THAT(refusal("[[operator]]\nop = \"softmax\"\nx = \"1x1x1x1x1x1x1x1x1\"\n"),
               Catch::Contains("a.toml:3:5: x is"));
    CHECK_THAT(refusal("[[operator]]\nop = \"conv\"\nx = \"1x64x56x56\"\nw = \"64x32x3x3\"\n"),
               Catch::Contains("a.toml:1:1: conv: "));
    CHECK_THAT(refusal("[[operator]]\nop = \"softmax\"\nx = \"4x-8\"\naxis = 1\n"),
               Catch::Contains("a.toml:1:1: "));
    CHECK_THAT(refusal("[[operator]]\nop = \"matmul\"\nx = \"\"\nw = \"4x4\"\n"),
               Catch::Contains("a.toml:3:5: x is ''"));
}

}  // namespace
}  // namespace assay
