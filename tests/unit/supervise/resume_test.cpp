// SPDX-License-Identifier: Apache-2.0
// Which runs may go on with a file, and what is left of them.
#include "core/supervise/resume.hpp"

#include <functional>

#include <catch2/catch.hpp>

#include "tests/unit/result/made_up.hpp"

using namespace assay;

TEST_CASE("the same run later, elsewhere on the disk and after a reboot, may go on",
          "[supervise][resume]") {
    const RunRecord there = made_up::header(3);
    RunRecord here = there;
    here.run_id = "another";
    here.started_utc = "2027-01-01T00:00:00Z";
    here.command_line.emplace_back("--resume");
    here.quiet.reset();
    here.max_seconds = 5;
    here.machine.boot_id = "boot-2";
    here.machine.load_1min = 9;
    here.subjects[0].plugin.path = "/elsewhere/fast.so";
    CHECK(obstacle(there, here).empty());
    CHECK(obstacle(here, there).empty());
}

TEST_CASE("what a number may hang on must not have changed", "[supervise][resume]") {
    struct {
        std::function<void(RunRecord&)> change;
        const char* says;
    } const table[] = {
        {[](RunRecord& run) { run.tool.sha256[0] = 'f'; }, "tool.sha256"},
        {[](RunRecord& run) { run.suite.files[0].second += " "; }, "suite.files"},
        {[](RunRecord& run) { run.suite.filter = "m=1"; }, "suite.filter is '' in the file, 'm=1'"},
        {[](RunRecord& run) { run.profile.passes = 9; }, "profile.passes is '3' in the file, '9'"},
        {[](RunRecord& run) { run.order_seed += 1; }, "order_seed"},
        {[](RunRecord& run) { run.pairing = "lockstep"; }, "pairing is 'absent' in the file"},
        {[](RunRecord& run) { run.two_stage.emplace(); }, "two_stage"},
        {[](RunRecord& run) { run.machine.host_name = "bench2"; }, "machine.host_name"},
        {[](RunRecord& run) { run.machine.kernel = "6.2"; }, "machine.kernel"},
        {[](RunRecord& run) { run.subjects[0].plugin.sha256 = "x"; }, "subjects.0.plugin.sha256"},
        {[](RunRecord& run) { run.subjects[0].plugin.options[0].second = "8"; }, "plugin.options"},
        {[](RunRecord& run) { run.subjects[0].device.driver = "2"; }, "device.driver"},
        {[](RunRecord& run) { run.subjects.push_back(run.subjects[0]); }, "subjects"},
    };
    const RunRecord there = made_up::header(3);
    for (const auto& row : table) {
        INFO(row.says);
        RunRecord here = there;
        row.change(here);
        CHECK_THAT(obstacle(there, here), Catch::Contains(row.says));
        CHECK_FALSE(obstacle(here, there).empty());
    }
}

TEST_CASE("many differences are counted, and quoted text is printable", "[supervise][resume]") {
    const RunRecord there = made_up::header(3);
    RunRecord here = there;
    here.machine = Machine{};
    here.suite.name = "x\x1b[2J";
    const std::string said = obstacle(there, here);
    CHECK_THAT(said, Catch::Contains("and ") && Catch::EndsWith(" more"));
    CHECK(said.find('\x1b') == said.npos);
}

TEST_CASE("cases with a record in that pass of that subject are done", "[supervise][resume]") {
    const Run run = made_up::run(2);
    Job job;
    job.pass = 1;
    for (const CaseRecord& record : run.records) {
        if (record.pass == 1) job.cases.push_back({.id = record.id});
    }
    job.cases.push_back({.id = "new"});
    const Finished finished(run);
    CHECK(finished.of(job) == std::vector<bool>{true, true, true, false});
    job.pass = 2;
    CHECK(finished.of(job) == std::vector<bool>{false, false, false, false});
    job.pass = 1;
    job.subject = 1;
    CHECK(finished.of(job) == std::vector<bool>{false, false, false, false});
    CHECK(Finished().of(job) == std::vector<bool>{false, false, false, false});
}
