// SPDX-License-Identifier: Apache-2.0
// What a suite's tables expand to.
#include <catch2/catch.hpp>

#include "tests/unit/suite/folder.hpp"

namespace assay {

namespace {

using test::gemm_of;
using test::load_text;

const std::string one = "[[gemm]]\nm = 4\nn = 5\nk = 6\n";

std::vector<std::string> ids(const Suite& suite) {
    std::vector<std::string> list;
    for (const Case& each : suite.cases) list.push_back(each.id);
    return list;
}

}  // namespace

TEST_CASE("one table without lists is one case with every default") {
    const Suite suite = load_text("title = \"T\"\ndescription = \"D\"\nminutes = 2\n" + one);
    REQUIRE(suite.name == "a");
    REQUIRE(suite.title == "T");
    REQUIRE(suite.description == "D");
    REQUIRE(suite.minutes == 2);
    REQUIRE(suite.cases.size() == 1);
    REQUIRE(suite.cases[0].workload == Workload{Gemm{.m = 4, .n = 5, .k = 6}});
    REQUIRE(suite.cases[0].protocol == Protocol{});
    REQUIRE(suite.cases[0].max_seconds == 0);
}

TEST_CASE("lists multiply in the order they are written, the first slowest") {
    const Suite suite = load_text("[[gemm]]\nname = \"g\"\nk = [7, 8]\nm = [1, 2, 3]\nn = 5\n");
    REQUIRE(ids(suite) == std::vector<std::string>{"g/gemm f32 1x5x7", "g/gemm f32 2x5x7",
                                                   "g/gemm f32 3x5x7", "g/gemm f32 1x5x8",
                                                   "g/gemm f32 2x5x8", "g/gemm f32 3x5x8"});
}

TEST_CASE("zip ties lists of equal length") {
    const Suite suite =
        load_text("[[gemm]]\nzip = [\"m\", \"n\", \"k\"]\nm = [1, 2]\nn = [3, 4]\nk = [5, 6]\n");
    REQUIRE(ids(suite) == std::vector<std::string>{"gemm f32 1x3x5", "gemm f32 2x4x6"});
}

TEST_CASE("several ties multiply with each other and with what is left") {
    const Suite suite = load_text(
        "[[gemm]]\nzip = [[\"m\", \"n\"], [\"k\", \"dtype\"]]\nm = [1, 2]\nn = [3, 4]\n"
        "k = [5, 6]\ndtype = [\"f32\", \"bf16\"]\ntranspose_b = [false, true]\n");
    REQUIRE(suite.cases.size() == 8);
    for (const Case& each : suite.cases) {
        const Gemm& gemm = gemm_of(each);
        REQUIRE(gemm.n == gemm.m + 2);
        REQUIRE((gemm.a == Dtype::bf16) == (gemm.k == 6));
    }
}

TEST_CASE("dtype sets operands and result, and they may be set one by one") {
    const auto first = [](const std::string& more) {
        return gemm_of(load_text(one + more).cases.at(0));
    };
    const Gemm i8 = first("dtype = \"i8\"\n");
    REQUIRE((i8.a == Dtype::i8 && i8.b == Dtype::i8 && i8.d == Dtype::i32));
    const Gemm u8 = first("dtype = \"u8\"\n");
    REQUIRE((u8.a == Dtype::u8 && u8.b == Dtype::i8 && u8.d == Dtype::i32));
    const Gemm f8 = first("dtype = \"f8e4m3\"\n");
    REQUIRE((f8.a == Dtype::f8e4m3 && f8.b == Dtype::f8e4m3 && f8.d == Dtype::bf16));
    const Gemm mixed = first("d = \"f32\"\ndtype = \"bf16\"\n");
    REQUIRE((mixed.a == Dtype::bf16 && mixed.b == Dtype::bf16 && mixed.d == Dtype::f32));
}

TEST_CASE("every field of workload and protocol can be set") {
    const Suite suite = load_text(
        one +
        "batch = 3\naccumulator = \"f64\"\nmath = \"tf32\"\ntranspose_a = true\n"
        "transpose_b = true\nbroadcast_a = true\nbroadcast_b = true\nbias = \"bf16\"\n"
        "activation = \"gelu\"\nconstant_b = true\nmeasure = \"latency\"\n"
        "cache = \"weights-cold\"\ndistribution = \"uniform\"\nseed = 9\nmax_seconds = 2.5\n");
    const Case& each = suite.cases.at(0);
    Gemm expected{.m = 4, .n = 5, .k = 6, .batch = 3};
    expected.accumulator = Dtype::f64;
    expected.math = Math::tf32;
    expected.transpose_a = expected.transpose_b = true;
    expected.broadcast_a = expected.broadcast_b = expected.constant_b = true;
    expected.bias = Dtype::bf16;
    expected.activation = Activation::gelu;
    REQUIRE(each.workload == Workload{expected});
    REQUIRE(each.protocol == Protocol{.measure = Measure::latency,
                                      .cache = CacheState::weights_cold,
                                      .distribution = Distribution::uniform,
                                      .seed = 9});
    REQUIRE(each.max_seconds == 2.5);
    REQUIRE(each.id.find(" latency weights-cold uniform seed 9") != std::string::npos);
}

TEST_CASE("defaults hold for every table that does not say otherwise") {
    const Suite suite = load_text("[defaults]\nmeasure = \"latency\"\nk = 9\n" + one +
                                  "[[gemm]]\nm = 1\nn = 2\nmeasure = \"throughput\"\n");
    REQUIRE(suite.cases.size() == 2);
    REQUIRE(suite.cases[0].protocol.measure == Measure::latency);
    REQUIRE(gemm_of(suite.cases[0]).k == 6);
    REQUIRE(suite.cases[1].protocol.measure == Measure::throughput);
    REQUIRE(gemm_of(suite.cases[1]).k == 9);
}

TEST_CASE("a table's name and source are those of its cases") {
    const Suite suite = load_text("[[gemm]]\nname = \"g\"\nsource = \"s\"\nm=1\nn=1\nk=[1,2]\n");
    for (const Case& each : suite.cases) {
        REQUIRE(each.group == "g");
        REQUIRE(each.source == "s");
    }
}

TEST_CASE("cases of one workload under several protocols have ids that tell them apart") {
    const Suite suite =
        load_text(one +
                  "cache = [\"hot\", \"cold\", \"weights-cold\"]\nmeasure = [\"throughput\", "
                  "\"latency\"]\n");
    REQUIRE(ids(suite) == std::vector<std::string>{
                              "gemm f32 4x5x6", "gemm f32 4x5x6 latency", "gemm f32 4x5x6 cold",
                              "gemm f32 4x5x6 latency cold", "gemm f32 4x5x6 weights-cold",
                              "gemm f32 4x5x6 latency weights-cold"});
}

TEST_CASE("the digest is that of the work, not of its names") {
    const std::string plain = load_text(one).sha256;
    REQUIRE(plain.size() == 64);
    REQUIRE(load_text("title = \"other\"\n" + one + "name = \"x\"\n").sha256 == plain);
    REQUIRE(load_text(one + "seed = 2\n").sha256 != plain);
}

}  // namespace assay
