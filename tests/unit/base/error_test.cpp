// SPDX-License-Identifier: Apache-2.0
// An Error is fit for a terminal by its constructor, whatever was quoted in it.
#include "core/base/error.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "core/base/text.hpp"

using namespace assay;

namespace {

std::string said(const std::string& what) {
    return Error(what).what();
}

}  // namespace

TEST_CASE("an Error holds no terminal escape and no second line", "[base][error]") {
    CHECK(said("a.toml: no\x1b[2J\nsuch key") == "a.toml: no?[2J?such key");
}

TEST_CASE("a long Error keeps its place and its remedy", "[base][error]") {
    CHECK(said(std::string(2000, 'x')) == std::string(2000, 'x'));
    CHECK(said("place: " + std::string(1'000'000, 'x') + "; remedy") ==
          "place: " + std::string(993, 'x') + "…" + std::string(992, 'x') + "; remedy");
}

TEST_CASE("a long Error is cut between characters", "[base][error]") {
    std::string many;
    for (int i = 0; i < 1001; ++i) many += "é";
    for (const std::string& text : {many, "x" + many, many + "x", "x" + many + "x"}) {
        const std::string cut = said(text);
        CHECK(cut.find("…") != cut.npos);
        CHECK(printable(cut, 3000) == cut);  // half a character would be a '?'
    }
}
