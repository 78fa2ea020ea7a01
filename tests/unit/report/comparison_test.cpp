// SPDX-License-Identifier: Apache-2.0
// Whole texts of a made-up comparison, character by character.
#include <catch2/catch.hpp>

#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "core/report/report.hpp"
#include "tests/unit/report/eventful.hpp"

namespace assay {
namespace {

ComparisonReport compared(const Run& baseline, const Run& candidate) {
    return compare({&baseline, 0}, {&candidate, 0}, {});
}

constexpr const char* in_terminal =
    R"(comparison
  baseline: fast of a.jsonl, 2026-01-02T03:04:05Z; fast 1.2; Imaginary CPU, 2 threads
  candidate: fast of b.jsonl, 2026-01-02T03:04:05Z; fast 1.2; Imaginary CPU, 2 threads

confounded by (baseline | candidate)
  machine.kernel: 6.1.0 | 6.6.0

notes
  within-session comparison: says that these two runs differ, not that the systems do
  1 case skipped on both sides
  the geometric mean is over 1 of 2 cases: those measured in every pass of both sides

  case                  baseline  candidate   change  95 % interval     verdict     faster side
squares
  gemm f32 512x512x512  1.024 ms   1.024 ms   +0.0 %  -1.4 % … +1.4 %   EQUIVALENT
small
  gemm f32 128x128x128  2.000 ms   1.800 ms  -10.0 %  -11.3 % … -8.7 %  FASTER      candidate 1.11x (1.10 … 1.13)

in all
  1 faster, 0 slower, 1 equivalent, 0 can't tell of 2 cases (candidate against baseline, margin 2 %)
  geometric mean of time ratios 1.000 (0.986 … 1.014)
  total time ratio 0.934
  each side may sit in a session that is off by 0.5 % (sd); the intervals hold that (0.5 % assumed; measure it: assay aa)
)";

constexpr const char* in_markdown =
    R"(**comparison**

- baseline: fast of a.jsonl, 2026-01-02T03:04:05Z; fast 1.2; Imaginary CPU, 2 threads
- candidate: fast of b.jsonl, 2026-01-02T03:04:05Z; fast 1.2; Imaginary CPU, 2 threads

**confounded by (baseline | candidate)**

- machine.kernel: 6.1.0 \| 6.6.0

**notes**

- within-session comparison: says that these two runs differ, not that the systems do
- 1 case skipped on both sides
- the geometric mean is over 1 of 2 cases: those measured in every pass of both sides

| case | baseline | candidate | change | 95 % interval | verdict | faster side |
|:--|--:|--:|--:|:--|:--|:--|
| **squares** | | | | | | |
| gemm f32 512x512x512 | 1.024 ms | 1.024 ms | +0.0 % | -1.4 % … +1.4 % | EQUIVALENT |  |
| **small** | | | | | | |
| gemm f32 128x128x128 | 2.000 ms | 1.800 ms | -10.0 % | -11.3 % … -8.7 % | FASTER | candidate 1.11x (1.10 … 1.13) |

**in all**

- 1 faster, 0 slower, 1 equivalent, 0 can't tell of 2 cases (candidate against baseline, margin 2 %)
- geometric mean of time ratios 1.000 (0.986 … 1.014)
- total time ratio 0.934
- each side may sit in a session that is off by 0.5 % (sd); the intervals hold that (0.5 % assumed; measure it: assay aa)
)";

TEST_CASE("the table of a comparison", "[report]") {
    const Run before = made_up::eventful(), after = made_up::eventful_later();
    CHECK(comparison_table(compared(before, after), Dialect::terminal) == in_terminal);
}

TEST_CASE("the table of a comparison in Markdown", "[report]") {
    const Run before = made_up::eventful(), after = made_up::eventful_later();
    CHECK(comparison_table(compared(before, after), Dialect::markdown) == in_markdown);
}

TEST_CASE("a comparison for spreadsheets", "[report]") {
    const Run before = made_up::eventful(), after = made_up::eventful_later();
    const std::string text = comparison_table(compared(before, after), Dialect::csv);
    const std::vector<std::string> lines = split(text, '\n');
    REQUIRE(lines.size() == 4);
    CHECK(lines[0] ==
          "id,group,verdict,baseline_s,candidate_s,ratio,ratio_low,ratio_high,p,reason,key");
    CHECK_THAT(lines[1], Catch::StartsWith("gemm f32 512x512x512,squares,EQUIVALENT,0.00102"));
    CHECK_THAT(lines[2], Catch::StartsWith("gemm f32 128x128x128,small,FASTER,0.00199"));
    CHECK_THAT(lines[2], Catch::Contains(",\"time -10.0 %, interval -11.3 % … -8.7 %, all of it "
                                         "beyond the margin\","));
}

TEST_CASE("of two plugins the faster one is named, with its speed and interval", "[report]") {
    const Run before = made_up::eventful();
    Run after = made_up::eventful_later();
    after.header.subjects[0].label = "rapid";
    after.header.subjects[0].plugin.id = "org.rapid";
    const std::string text = comparison_table(compared(before, after), Dialect::terminal);
    CHECK_THAT(text, Catch::Contains("rapid 1.11x (1.10 … 1.13)"));
    const std::string swapped = comparison_table(compared(after, before), Dialect::terminal);
    CHECK_THAT(swapped, Catch::Contains("SLOWER"));
    CHECK_THAT(swapped, Catch::Contains("rapid 1.11x (1.10 … 1.13)"));
}

TEST_CASE("what cannot be compared says why in its row", "[report]") {
    const Run before = made_up::run(1);
    Run after = made_up::run(1);
    after.header.run_id = "2";
    after.records[1] = made_up::skipped(1, 0, made_up::gemm(128), "too slow: 9 s");
    const std::string text = comparison_table(compared(before, after), Dialect::terminal);
    CHECK_THAT(text, Catch::Contains("CAN'T TELL  1 pass on a side; 2 are the least\n"));
    CHECK_THAT(text, Catch::Contains("MISSING     skipped in the candidate: too slow: 9 s\n"));
    CHECK_THAT(text, Catch::Contains("1 can't tell, 1 missing of 2 cases"));
}

TEST_CASE("the document of a comparison has verdicts, ratios and counts", "[report]") {
    const Run before = made_up::eventful(), after = made_up::eventful_later();
    const Json json = parse_json(comparison_json(compared(before, after)), "test");
    CHECK(json["counts"]["FASTER"] == 1);
    CHECK(json["counts"]["EQUIVALENT"] == 1);
    CHECK(json["gate"] == "passes");
    CHECK(json["cases"][1]["verdict"] == "FASTER");
    CHECK(json["cases"][1]["difference"]["time_ratio"].get<double>() == Approx(0.9));
    CHECK(json["confounders"][0]["field"] == "machine.kernel");
    CHECK(json["baseline"]["file"] == "a.jsonl");
}

}  // namespace
}  // namespace assay
