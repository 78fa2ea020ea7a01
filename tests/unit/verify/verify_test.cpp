// SPDX-License-Identifier: Apache-2.0
// A sound run, and for each rule a run that differs from it by exactly that defect.
#include "core/verify/verify.hpp"

#include <filesystem>
#include <functional>
#include <set>

#include <catch2/catch.hpp>

#include "core/base/file.hpp"
#include "tests/unit/result/made_up.hpp"
#include "tests/unit/result/temporary.hpp"

namespace assay {
namespace {

/// Two passes of two measured cases and a skipped one; 0 and 1 are the measured ones of pass 0.
/// What takes 61 ms of readings took half a second.
Run sound() {
    return made_up::run(2);
}

struct Defect {
    std::string rule;
    std::function<void(Run&)> make;
};

/// At least one for each rule, and those that reading refuses.
std::vector<Defect> defects() {
    return {
        {"V01", [](Run& run) { run.end.reset(); }},
        {"read", [](Run& run) { std::get<Gemm>(run.records[0].workload).m = 513; }},
        {"read", [](Run& run) { run.records[0].protocol.seed = 2; }},
        {"V02", [](Run& run) { run.records[0].id = "another"; }},
        {"V02", [](Run& run) { run.records[0].index = 1; }},
        {"V03", [](Run& run) { run.header.profile.passes = 1; }},
        {"V04", [](Run& run) { run.header.suite.cases = 4; }},
        {"V04",
         [](Run& run) {
             run.records.pop_back();
             --run.end->skipped;
             --run.end->records;
         }},
        {"V05", [](Run& run) { ++run.end->measured; }},
        {"read", [](Run& run) { run.records[0].check->passed = false; }},
        {"V06", [](Run& run) { run.records[0].check_after.reset(); }},
        {"V06", [](Run& run) { run.records[0].check_after->passed = false; }},
        {"V06", [](Run& run) { run.records[0].check->worst = 1.5; }},
        {"V06", [](Run& run) { run.records[0].check->elements = 0; }},
        {"read", [](Run& run) { run.records[0].sample.reset(); }},
        {"V07", [](Run& run) { run.records[0].outcome.reason = "a reason"; }},
        {"V07", [](Run& run) { run.records[2].outcome.reason.clear(); }},
        {"read", [](Run& run) { run.records[0].sample->readings_ns[1] = -1; }},
        {"V08", [](Run& run) { run.records[0].sample->readings_ns[1] = 0; }},
        {"read", [](Run& run) { run.records[0].sample->turns = {2}; }},
        {"read", [](Run& run) { run.records[0].sample->invocations = 0; }},
        {"V09", [](Run& run) { run.records[0].elapsed_s = 0.02; }},
        {"V10", [](Run& run) { run.end->ended_utc = "2025-01-02T03:05:05Z"; }},
        {"V11",
         [](Run& run) {
             for (const std::size_t i : {0U, 3U}) {  // ten different ones are no chance
                 SampleRecord& sample = *run.records[i].sample;
                 sample.readings_ns.clear();
                 for (int reading = 0; reading < 10; ++reading) {
                     sample.readings_ns.push_back(1e7 + reading);
                 }
                 sample.turns = {10};
             }
         }},
    };
}

/// What the run breaks once it is a file.
std::vector<Breach> breaches_of(const Run& run) {
    const Temporary file("verify");
    write(run, file.path);
    return verify_file(file.path).breaches;
}

TEST_CASE("A sound run breaks no rule") {
    const std::vector<Breach> breaches = breaches_of(sound());
    for (const Breach& each : breaches) UNSCOPED_INFO(each.rule << " " << each.what);
    CHECK(breaches.empty());
}

TEST_CASE("Each defect breaks its own rule and no other") {
    const std::vector<Defect> all = defects();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Defect& defect = all[i];
        Run run = sound();
        defect.make(run);
        std::set<std::string> broken;
        for (const Breach& each : breaches_of(run)) broken.insert(each.rule);
        INFO("defect " << i << ", rule " << defect.rule);
        CHECK(broken == std::set<std::string>{defect.rule});
    }
}

TEST_CASE("Every rule has a defect that breaks it, and a row in docs/results.md") {
    const std::string page = read_file(ASSAY_RESULTS_PAGE);
    const std::vector<Defect> all = defects();
    for (const VerifyRule& rule : verify_rules()) {
        INFO(rule.id);
        CHECK(std::any_of(all.begin(), all.end(),
                          [&](const Defect& each) { return each.rule == rule.id; }));
        CHECK(page.find("| " + std::string(rule.id) + " | " + std::string(rule.title) + " |") !=
              page.npos);
    }
}

TEST_CASE("Many breaches of one rule are cut and counted") {
    Run run = sound();
    for (CaseRecord& record : run.records) record.outcome.reason = record.sample ? "a reason" : "";
    const std::vector<Breach> breaches = verify(run, 2);
    REQUIRE(breaches.size() == 3);
    CHECK(breaches.back().what == "4 more");
}

TEST_CASE("An interrupted run is sound as far as it goes") {
    Run run = sound();
    run.end->status = "interrupted";
    run.records.pop_back();
    --run.end->skipped;
    --run.end->records;
    CHECK(breaches_of(run).empty());
}

TEST_CASE("A last line that is cut is a breach") {
    const Temporary file("verify-cut");
    write(sound(), file.path);
    const std::string whole = read_file(file.path);
    file.set(whole.substr(0, whole.size() - 10));
    const std::vector<Breach> breaches = verify_file(file.path).breaches;
    REQUIRE(breaches.size() == 2);
    CHECK(breaches[0].what == "line 8 dropped: it was cut while being written");
    CHECK(breaches[1].what == "cut short: no end record after 6 case records");
}

TEST_CASE("Every published result file is sound") {
    int files = 0;
    for (const auto& each : std::filesystem::directory_iterator(ASSAY_RESULTS)) {
        if (each.path().extension() != ".jsonl") continue;
        ++files;
        const std::vector<Breach> breaches = verify_file(each.path()).breaches;
        for (const Breach& breach : breaches) {
            UNSCOPED_INFO(breach.rule << " " << breach.where << ": " << breach.what);
        }
        CHECK(breaches.empty());
    }
    CHECK(files >= 1);
}

}  // namespace
}  // namespace assay
