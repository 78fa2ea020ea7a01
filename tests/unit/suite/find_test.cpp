// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/unit/suite/folder.hpp"

namespace assay {

namespace {

using Catch::Matchers::Contains;

void fill_folder(const test::SuitesFolder& folder) {
    for (const char* name :
         {"quick.toml", "gemm/square.toml", "shapes/list.toml", "models/llama.toml", "README.md"}) {
        folder.write(name, "");
    }
}

}  // namespace

TEST_CASE("suites are listed by name, shape lists and models are not") {
    const test::SuitesFolder folder;
    fill_folder(folder);
    REQUIRE(list_suites({folder.path()}) == std::vector<std::string>{"gemm/square", "quick"});
    REQUIRE(list_suites({folder.path() / "nowhere"}).empty());
    REQUIRE(list_suites({folder.path(), folder.path()}).size() == 2);
}

TEST_CASE("a suite is found by path and by name, with its ending or without") {
    const test::SuitesFolder folder;
    fill_folder(folder);
    const auto square = folder.path() / "gemm/square.toml";
    REQUIRE(find_suite(square.string(), {}) == square);
    REQUIRE(find_suite("gemm/square", {folder.path()}) == square);
    REQUIRE(find_suite("gemm/square.toml", {folder.path()}) == square);
}

TEST_CASE("the first folder that has the suite wins") {
    const test::SuitesFolder mine, theirs;
    fill_folder(theirs);
    REQUIRE(find_suite("quick", {mine.path(), theirs.path()}) == theirs.path() / "quick.toml");
    mine.write("quick.toml", "");
    REQUIRE(find_suite("quick", {mine.path(), theirs.path()}) == mine.path() / "quick.toml");
}

TEST_CASE("a suite that is not there is an error that names the nearest and all") {
    const test::SuitesFolder folder;
    fill_folder(folder);
    REQUIRE_THROWS_WITH(find_suite("quik", {folder.path()}),
                        Contains("no suite 'quik'") && Contains("did you mean 'quick'?") &&
                            Contains("gemm/square, quick"));
    REQUIRE_THROWS_WITH(find_suite("quick", {}), Contains("no suites were found"));
    REQUIRE_THROWS_AS(find_suite("gemm", {folder.path()}), Error);  // a folder is no suite
}

}  // namespace assay
