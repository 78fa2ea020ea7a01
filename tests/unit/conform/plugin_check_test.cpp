// SPDX-License-Identifier: Apache-2.0
// The table of checks, and how one ends.
#include "core/conform/plugin_check.hpp"

#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "core/base/error.hpp"
#include "core/conform/conform.hpp"

using namespace assay;

namespace {

PluginFinding end_of(std::string (*run)(const Candidate&)) {
    PluginCheck check;
    check.run = run;
    return find_here(check, {});
}

/// The group of a number: the ends of A to J in the study.
char group_of(int number) {
    constexpr int last[] = {6, 12, 17, 22, 26, 33, 42, 48, 54, 59};
    char group = 'A';
    for (const int end : last) {
        if (number <= end) return group;
        ++group;
    }
    return '?';
}

CheckResult result(Ending ending) {
    return {.check = &plugin_checks().front(), .finding = {ending, ""}, .seconds = 0};
}

}  // namespace

TEST_CASE("every number from 1 to 59 is checked or said not to be", "[conform]") {
    std::set<int> numbers;
    for (const PluginCheck& each : plugin_checks()) {
        CHECK(numbers.insert(each.number).second);
        CHECK(each.group == group_of(each.number));
        CHECK(each.run != nullptr);
        CHECK(each.limit_s >= 10);
    }
    for (const NotChecked& each : not_checked()) {
        CHECK(numbers.insert(each.number).second);
        CHECK(each.group == group_of(each.number));
        CHECK(std::string(each.why) != "");
    }
    CHECK(numbers.size() == 59);
    CHECK(*numbers.begin() == 1);
    CHECK(*numbers.rbegin() == 59);
}

TEST_CASE("the checks stand in the order of their numbers", "[conform]") {
    int before = 0;
    for (const PluginCheck& each : plugin_checks()) {
        CHECK(each.number > before);
        before = each.number;
    }
}

TEST_CASE("a check ends as its function does", "[conform]") {
    CHECK(end_of([](const Candidate&) { return std::string(); }).ending == Ending::pass);
    const auto warning = end_of([](const Candidate&) { return std::string("slow"); });
    CHECK(warning.ending == Ending::warning);
    CHECK(warning.what == "slow");
    const auto failed = end_of([](const Candidate&) {
        require(1 > 2, "one is not above two");
        return std::string();
    });
    CHECK(failed.ending == Ending::fail);
    CHECK(failed.what == "one is not above two");
    const auto skipped =
        end_of([](const Candidate&) -> std::string { skip_check("no second queue"); });
    CHECK(skipped.ending == Ending::skipped);
    const auto error = end_of([](const Candidate&) -> std::string { throw Error("a\033[2Jb"); });
    CHECK(error.ending == Ending::fail);
    CHECK(error.what == "a?[2Jb");
}

TEST_CASE("a plugin conforms without a failure, crash or hang", "[conform]") {
    Conformance report;
    for (const Ending ending : {Ending::pass, Ending::warning, Ending::skipped})
        report.results.push_back(result(ending));
    CHECK(report.conforms());
    for (const Ending ending : {Ending::fail, Ending::crashed, Ending::hanging}) {
        Conformance bad = report;
        bad.results.push_back(result(ending));
        CHECK_FALSE(bad.conforms());
    }
    report.not_loaded = "it is not a shared library";
    CHECK_FALSE(report.conforms());
}

TEST_CASE("the line to cite counts what is not zero", "[conform]") {
    Conformance report;
    report.plugin = {"org.example.foo", "Foo", "1.2"};
    report.sha256 = "ab";
    report.results = {result(Ending::pass), result(Ending::pass), result(Ending::hanging)};
    CHECK(
        report.line() ==
        "conformance 1.0: 2 pass, 0 fail, 0 skipped, 1 hanging of 59 checks; org.example.foo 1.2, "
        "sha256 ab");
}
