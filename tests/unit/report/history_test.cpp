// SPDX-License-Identifier: Apache-2.0
// What `assay history` prints, on made-up histories.
#include <catch2/catch.hpp>

#include "core/base/json.hpp"
#include "core/report/report.hpp"

namespace assay {
namespace {

/// One case over `count` files, with a step of +5 % at the second file when `stepped`.
History made_up_history(std::size_t count, bool stepped) {
    History history;
    CaseHistory each{"gemm", "tiny/gemm", "tiny", {}, {}};
    for (std::size_t i = 0; i < count; ++i) {
        FilePoint file;
        file.file = std::to_string(i) + ".jsonl";
        file.started_utc = "2026-01-0" + std::to_string(i) + "T00:00:00Z";
        history.files.push_back(file);
        each.seconds.push_back(1e-3);
    }
    if (stepped) {
        Step step{1, 0.001, {}};
        step.difference.ratio = 1.05;
        step.difference.low95 = 1.04;
        step.difference.high95 = 1.06;
        each.steps.push_back(step);
    }
    history.cases = {each};
    return history;
}

TEST_CASE("a step's row names size, interval and the first file of it", "[report]") {
    const std::string text = history_table(made_up_history(3, true), Dialect::terminal);
    CHECK_THAT(text, Catch::Contains("3 files, 2026-01-00T00:00:00Z … 2026-01-02T00:00:00Z"));
    CHECK_THAT(text, Catch::Contains("SLOWER"));
    CHECK_THAT(text, Catch::Contains("+5.0 %"));
    CHECK_THAT(text, Catch::Contains("+4.0 % … +6.0 %"));
    CHECK_THAT(text, Catch::Contains("1.jsonl, 2026-01-01T00:00:00Z"));
}

TEST_CASE("without a step the row says so, or that files are too few", "[report]") {
    CHECK_THAT(history_table(made_up_history(14, false), Dialect::terminal),
               Catch::Contains("no step"));
    CHECK_THAT(history_table(made_up_history(13, false), Dialect::terminal),
               Catch::Contains("can't tell: needs 14 files, 7 on each side"));
}

TEST_CASE("the JSON of a history holds its files, series and steps", "[report]") {
    History history = made_up_history(3, true);
    history.left_out = {"x.jsonl: why"};
    history.cases[0].seconds[2].reset();
    const Json json = parse_json(history_json(history), "history");
    CHECK(json["files"].size() == 3);
    CHECK(json["left_out"][0] == "x.jsonl: why");
    CHECK(json["cases"][0]["time_seconds"][2].is_null());
    CHECK(json["cases"][0]["steps"][0]["file"] == "1.jsonl");
    CHECK(json["cases"][0]["steps"][0]["time_ratio"] == 1.05);
}

}  // namespace
}  // namespace assay
