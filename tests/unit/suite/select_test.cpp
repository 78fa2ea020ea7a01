// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/unit/suite/folder.hpp"

namespace assay {

namespace {

using Catch::Matchers::Contains;

Suite eight() {
    return test::load_text(
        "[[gemm]]\nname = \"big\"\ndtype = [\"f32\", \"bf16\"]\nm = [64, 512]\nn = 64\nk = 64\n"
        "[[gemm]]\nname = \"small one\"\ndtype = [\"f32\", \"i8\"]\nm = [1, 2]\nn = 8\nk = 8\n"
        "measure = \"latency\"\n");
}

std::size_t count(const std::string& filter) {
    return select(eight(), filter).cases.size();
}

}  // namespace

TEST_CASE("an empty filter keeps every case") {
    REQUIRE(count("") == 8);
    REQUIRE(count("  ") == 8);
}

TEST_CASE("a field is compared with a value, a list of values, or a pattern") {
    REQUIRE(count("a=bf16") == 2);
    REQUIRE(count("a=bf16,i8") == 4);
    REQUIRE(count("a=*8") == 2);
    REQUIRE(count("a!=f32") == 4);
    REQUIRE(count("m=64") == 2);
    REQUIRE(count("measure=lat*") == 4);
    REQUIRE(count("group=big") == 4);
    REQUIRE(count("kind=gemm") == 8);
    REQUIRE(count("transpose_b=false") == 8);
}

TEST_CASE("numbers are compared as numbers") {
    REQUIRE(count("m<64") == 4);
    REQUIRE(count("m<=64") == 6);
    REQUIRE(count("m>2") == 4);
    REQUIRE(count("m>=2") == 6);
}

TEST_CASE("a bare word is looked for in the id") {
    REQUIRE(count("512x") == 2);
    REQUIRE(count("latency") == 4);
    REQUIRE(count("i8*i8") == 2);
}

TEST_CASE("all terms must hold") {
    REQUIRE(count("a=f32 m>=64") == 2);
    REQUIRE(count("big bf16 m=512") == 1);
}

TEST_CASE("the order of cases is kept") {
    const Suite all = eight();
    const Suite some = select(eight(), "a=f32");
    REQUIRE(some.cases.at(0).id == all.cases.at(0).id);
    REQUIRE(some.cases.at(3).id == all.cases.at(5).id);
}

TEST_CASE("an unknown field is refused with the nearest one") {
    REQUIRE_THROWS_WITH(count("mesure=latency"),
                        Contains("no field 'mesure'") && Contains("did you mean 'measure'?"));
}

TEST_CASE("a comparison of what is no number is refused") {
    REQUIRE_THROWS_WITH(count("m<many"), Contains("compares numbers"));
    REQUIRE_THROWS_WITH(count("a>2"), Contains("compares numbers"));
}

TEST_CASE("a filter that leaves nothing is refused") {
    REQUIRE_THROWS_WITH(count("m=7"), Contains("leaves none of the 8 cases"));
}

}  // namespace assay
