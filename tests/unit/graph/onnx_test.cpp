// SPDX-License-Identifier: Apache-2.0
// ONNX's own node tests (libonnx-testdata): each small model is imported, evaluated in double and
// held to the outputs that ONNX ships. What is refused is counted; what is wrong fails.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <set>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "core/graph/evaluate.hpp"
#include "core/graph/onnx/import.hpp"
#include "core/graph/onnx/read.hpp"
#include "tests/unit/graph/onnx_cases.hpp"

namespace assay {
namespace {

/// What ONNX ships is wrong itself: these cut digits where the standard says round to nearest, ties
/// to even (Cast, "conversion rules").
constexpr std::array faulty = {"test_cast_FLOAT_to_BFLOAT16", "test_castlike_FLOAT_to_BFLOAT16",
                               "test_castlike_FLOAT_to_BFLOAT16_expanded"};

/// What became of the models that exercise one operator.
struct Tally {
    int right = 0, refused = 0;
};

/// "Abs 1, Add 3".
std::string listed(const std::map<std::string, Tally>& tallies, int Tally::*count) {
    std::string text;
    for (const auto& [op, tally] : tallies) {
        if (tally.*count > 0)
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", op, tally.*count);
    }
    return text;
}

TEST_CASE("ONNX's node tests are right or refused by name", "[onnx]") {
    const std::vector<test::OnnxCase> cases = test::onnx_node_cases();
    if (cases.empty()) {
        WARN("not run: " << test::onnx_node_folder() << " is not there; install libonnx-testdata");
        return;
    }
    std::map<std::string, Tally> tallies;
    int right = 0, wrong = 0, refused = 0, folded = 0, given = 0;
    for (const test::OnnxCase& each : cases) {
        if (std::find(faulty.begin(), faulty.end(), each.name) != faulty.end()) continue;
        const test::OnnxFate fate = test::fate_of(each);
        Tally& tally = tallies[test::operator_of(each)];
        if (!fate.refusal.empty()) {
            ++tally.refused;
            ++refused;
            if (std::getenv("ASSAY_ONNX_LIST") != nullptr)
                std::cout << each.name << ": " << fate.refusal << "\n";
            continue;
        }
        if (!fate.wrong.empty()) {
            ++wrong;
            FAIL_CHECK(each.name << ": " << fate.wrong);
            continue;
        }
        ++right;
        ++tally.right;
        folded += fate.folded ? 1 : 0;
        given += fate.given > 0 ? 1 : 0;
        if (std::getenv("ASSAY_ONNX_LIST") != nullptr && fate.folded)
            std::cout << each.name << ": folded\n";
    }
    CHECK(right >= 400);
    CHECK(wrong == 0);
    // What the page of models says, word for word.
    const std::string page = test::words_of(read_file(ASSAY_MODELS_PAGE));
    const std::string summary = fmt::format(
        "{} are right, {} wrong, {} refused. Of the right ones {} were given an input before the "
        "run (an axis, a shape), {} are constants altogether.",
        right, wrong, refused, given, folded);
    CHECK_THAT(page, Catch::Contains(summary));
    CHECK_THAT(page, Catch::Contains("Right: " + listed(tallies, &Tally::right) + "."));
    CHECK_THAT(page, Catch::Contains("Refused: " + listed(tallies, &Tally::refused) + "."));
}

}  // namespace
}  // namespace assay
