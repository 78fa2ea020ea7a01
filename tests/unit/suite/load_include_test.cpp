// SPDX-License-Identifier: Apache-2.0
// Shape lists: what an include adds, and what it may not do.
#include <catch2/catch.hpp>

#include "tests/unit/suite/folder.hpp"

namespace assay {

namespace {

using Catch::Matchers::Contains;
using test::gemm_of;
using test::SuitesFolder;

const std::string list =
    "source = \"a paper\"\n[[shape]]\nname = \"qkv\"\nn = 30\nk = 20\ntranspose_b = true\n"
    "[[shape]]\nname = \"down\"\nsource = \"another\"\nn = 20\nk = 40\n";

Suite load_with(const std::string& shapes, const std::string& table) {
    const SuitesFolder folder;
    folder.write("shapes/model.toml", shapes);
    return load_suite(folder.write("gemm/a.toml", "[[gemm]]\n" + table));
}

std::string refusal_with(const std::string& shapes, const std::string& table) {
    try {
        load_with(shapes, table);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

const std::string include = "include = \"../shapes/model.toml\"\n";

}  // namespace

TEST_CASE("each shape of a list becomes a case for each combination of the table's axes") {
    const Suite suite = load_with(list, "name = \"g\"\nm = [1, 8]\n" + include);
    REQUIRE(suite.name == "gemm/a");
    REQUIRE(suite.cases.size() == 4);
    REQUIRE(suite.cases[0].id == "g/qkv gemm f32 1x30x20 tB");
    REQUIRE(suite.cases[3].id == "g/down gemm f32 8x20x40");
    REQUIRE(suite.cases[0].source == "a paper");
    REQUIRE(suite.cases[3].source == "another");
    REQUIRE(gemm_of(suite.cases[0]).transpose_b);
}

TEST_CASE("a suite remembers its own text and that of its includes") {
    const Suite suite = load_with(list, "m = 1\n" + include);
    REQUIRE(suite.files.size() == 2);
    REQUIRE(suite.files[0].path == "a.toml");
    REQUIRE(suite.files[0].text == "[[gemm]]\nm = 1\n" + include);
    REQUIRE(suite.files[1].path == "../shapes/model.toml");
    REQUIRE(suite.files[1].text == list);
}

TEST_CASE("a shape without a source is refused with its place") {
    REQUIRE_THAT(refusal_with("[[shape]]\nn = 3\nk = 4\n", "m = 1\n" + include),
                 Contains("model.toml:1:") && Contains("needs a source"));
}

TEST_CASE("an unknown key of a shape list is refused with its place and the nearest key") {
    REQUIRE_THAT(refusal_with("source = \"s\"\n[[shape]]\nn = 3\nk = 4\ntranspose_bb = true\n",
                              "m = 1\n" + include),
                 Contains("model.toml:5:1: unknown key 'transpose_bb'") &&
                     Contains("did you mean 'transpose_b'?"));
}

TEST_CASE("a shape list may not include another") {
    REQUIRE_THAT(refusal_with("source = \"s\"\n[[shape]]\ninclude = \"b.toml\"\n", include),
                 Contains("model.toml:3:1: unknown key 'include'"));
}

TEST_CASE("a shape that two models share is one case that names both sources") {
    const Suite suite = load_with(
        "source = \"s\"\n[[shape]]\nname = \"first\"\nn = 3\nk = 4\n"
        "[[shape]]\nname = \"second\"\nn = 3\nk = 4\n",
        "m = 1\n" + include);
    REQUIRE(suite.cases.size() == 1);
    REQUIRE_THAT(suite.cases[0].source, Contains("also second"));
}

TEST_CASE("an include that leaves the folder suites is refused") {
    for (const char* outside : {"/etc/hostname", "../../a.toml", "../../../etc/passwd"}) {
        REQUIRE_THAT(refusal_with(list, std::string("include = \"") + outside + "\"\n"),
                     Contains("a.toml:2:11: include") && Contains("leaves the folder"));
    }
}

TEST_CASE("an include that is missing is refused at the line that names it") {
    REQUIRE_THAT(refusal_with(list, "include = \"../shapes/other.toml\"\n"),
                 Contains("a.toml:2:11: ") && Contains("other.toml"));
}

}  // namespace assay
