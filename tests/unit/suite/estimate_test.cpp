// SPDX-License-Identifier: Apache-2.0
// The preview is a guess: its proportions are tested, not its numbers.
#include <catch2/catch.hpp>

#include "tests/unit/suite/folder.hpp"

namespace assay {

namespace {

double seconds(const std::string& more, int subjects = 1) {
    return expected_seconds(test::load_text("[[gemm]]\nn = 64\nk = 64\n" + more),
                            *find_profile("quick"), subjects);
}

}  // namespace

TEST_CASE("two plugins take twice as long as one") {
    REQUIRE(seconds("m = 64\n", 2) == Approx(2 * seconds("m = 64\n")));
}

TEST_CASE("more cases, cold operands and larger products take longer") {
    const double one = seconds("m = 64\n");
    REQUIRE(seconds("m = [64, 65]\n") > one);
    REQUIRE(seconds("m = 64\ncache = \"cold\"\n") > one);
    REQUIRE(seconds("m = 1000000\n") > one);
}

TEST_CASE("a case's own cap shortens what it is expected to take") {
    REQUIRE(seconds("m = 10000000\nmax_seconds = 0.5\n") < seconds("m = 10000000\n"));
}

TEST_CASE("a profile of more passes takes longer") {
    const Suite suite = test::load_text("[[gemm]]\nm = 64\nn = 64\nk = 64\n");
    REQUIRE(expected_seconds(suite, *find_profile("quick"), 1) <
            expected_seconds(suite, *find_profile("default"), 1));
    REQUIRE(expected_seconds(suite, *find_profile("default"), 1) <
            expected_seconds(suite, *find_profile("publish"), 1));
}

}  // namespace assay
