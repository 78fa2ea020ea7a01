// SPDX-License-Identifier: Apache-2.0
// Histories of made-up files whose steps are known.
#include "core/compare/history.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "tests/unit/result/made_up.hpp"

namespace assay {
namespace {

/// File number `i`; its two cases take 1 ms and 2 ms, times `factor`, times noise of 0.5 %.
FilePoint file(int i, double factor, Random& random) {
    Run run;
    run.path = fmt::format("{:02}.jsonl", i);
    run.header = made_up::header(2);
    run.header.run_id = std::to_string(i);
    run.header.started_utc = fmt::format("2026-01-{:02}T00:00:00Z", i);
    for (int pass = 0; pass < 2; ++pass) {
        for (int index = 0; index < 2; ++index) {
            const double noise = std::exp(0.005 * random.normal());
            const double seconds = 1e-3 * (index + 1) * noise * (index == 0 ? factor : 1);
            run.records.push_back(
                made_up::measured(index, pass, made_up::gemm(64 << index), seconds));
        }
    }
    return point_of({&run, 0});
}

/// `before` files, then `after` in which the first case takes `factor` times as long.
std::vector<FilePoint> files(int before, int after, double factor, std::uint64_t seed = 1) {
    Random random(seed, 9);
    std::vector<FilePoint> all;
    for (int i = 1; i <= before + after; ++i) {
        all.push_back(file(i, i <= before ? 1 : factor, random));
    }
    return all;
}

TEST_CASE("the step is in its case, at its file, with its size", "[history]") {
    const History found = history(files(9, 9, 1.06), {});
    REQUIRE(found.cases.size() == 3);  // all together, then the two
    REQUIRE(found.cases[1].steps.size() == 1);
    const Step& step = found.cases[1].steps[0];
    CHECK(found.files[step.at].file == "10.jsonl");
    CHECK(step.difference.low95 < 1.06);
    CHECK(step.difference.high95 > 1.06);
    CHECK(found.cases[2].steps.empty());
    // One of two cases by 6 %: the geometric mean by sqrt(1.06) = 1.0296.
    REQUIRE(found.cases[0].steps.size() == 1);
    CHECK(found.cases[0].steps[0].difference.ratio == Approx(1.0296).epsilon(0.005));
    CHECK(found.cases[0].id == "all cases (geometric mean of 2)");
}

TEST_CASE("the order in which files are named does not matter", "[history]") {
    std::vector<FilePoint> all = files(9, 9, 1.06);
    std::ranges::reverse(all);
    const History found = history(all, {});
    REQUIRE(found.cases[1].steps.size() == 1);
    CHECK(found.files[found.cases[1].steps[0].at].file == "10.jsonl");
}

TEST_CASE("a step below the margin is none", "[history]") {
    CHECK(history(files(9, 9, 1.06), {.margin = 0.1}).cases[1].steps.empty());
}

TEST_CASE("too few files show no step and say so", "[history]") {
    const History few = history(files(6, 7, 2), {});
    CHECK(few.cases[1].steps.empty());
    CHECK_FALSE(few.cases[1].enough());
    CHECK(history(files(7, 7, 2), {}).cases[1].steps.size() == 1);
}

TEST_CASE("histories without a step show one in any case in at most 5 %", "[history]") {
    int alarms = 0;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        const History found = history(files(10, 10, 1, seed), {.margin = 0.0001});
        bool any = false;
        for (const CaseHistory& each : found.cases) any = any || !each.steps.empty();
        alarms += any ? 1 : 0;
    }
    CHECK(alarms <= 27);  // 15 are 5 %, standard error 3.8
}

TEST_CASE("files that do not belong are left out and say why", "[history]") {
    std::vector<FilePoint> all = files(9, 9, 1.06);
    all[0].identity[1].second = "Other CPU";
    all[1].options[0].second = "9";
    all[2].run_id = all[3].run_id;
    all[4].options.emplace_back("plugin.options.more", "1");
    const History found = history(all, {});
    CHECK(found.files.size() == 14);
    CHECK(found.left_out == std::vector<std::string>{
                                "01.jsonl: machine.cpu_model is 'Other CPU', not 'Imaginary CPU'",
                                "02.jsonl: plugin.options.threads is '9', not '2'",
                                "04.jsonl: is the same run as 03.jsonl",
                                "05.jsonl: has other plugin options"});
    CHECK(history(all, {.any_options = true}).files.size() == 16);
}

TEST_CASE("the newest file stays although one that is left out is the same run", "[history]") {
    std::vector<FilePoint> all = files(1, 1, 1);
    all[0].identity[1].second = "Other CPU";
    all[0].run_id = all[1].run_id;
    const History found = history(all, {});
    REQUIRE(found.files.size() == 1);
    CHECK(found.files.front().file == all[1].file);
    CHECK(found.left_out == std::vector<std::string>{
                                "01.jsonl: machine.cpu_model is 'Other CPU', not 'Imaginary CPU'"});
}

TEST_CASE("a case that some files have not keeps its own files", "[history]") {
    std::vector<FilePoint> all = files(9, 9, 1.06);
    all[3].cases.erase(all[3].cases.begin());
    const History found = history(all, {});
    CHECK(found.cases[0].id == "all cases (geometric mean of 1)");
    for (const CaseHistory& each : found.cases) {
        if (each.measured() != 17) continue;
        REQUIRE(each.steps.size() == 1);
        CHECK(found.files[each.steps[0].at].file == "10.jsonl");
    }
}

TEST_CASE("no file is no history", "[history]") {
    CHECK_THROWS_AS(history({}, {}), Error);
}

}  // namespace
}  // namespace assay
