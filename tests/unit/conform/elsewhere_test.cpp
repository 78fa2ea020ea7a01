// SPDX-License-Identifier: Apache-2.0
// Functions in a second process, and what a process shows of itself.
#include <clocale>
#include <csignal>
#include <cstdlib>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "core/conform/plugin_check.hpp"
#include "core/conform/process_state.hpp"

using namespace assay;

TEST_CASE("a function runs in a second process and its text comes back", "[conform]") {
    const Elsewhere end = run_elsewhere([] { return std::to_string(getpid()); }, 30);
    CHECK(end.in_time);
    CHECK(end.signal == 0);
    CHECK(end.exit_code == 0);
    CHECK(end.text != std::to_string(getpid()));
    CHECK(end.text.size() > 0);
}

TEST_CASE("a second process that dies says how", "[conform]") {
    const auto dies = [](auto how) {
        return run_elsewhere(
            [how]() -> std::string {
                how();
                return "alive";
            },
            30);
    };
    CHECK(dies([] { raise(SIGKILL); }).signal == SIGKILL);
    CHECK(dies([] { _exit(7); }).exit_code == 7);
    CHECK(dies([] { _exit(7); }).text == "");
}

TEST_CASE("a second process that does not end is killed in time", "[conform]") {
    const Elsewhere end = run_elsewhere(
        []() -> std::string {
            while (true) pause();
        },
        0.2);
    CHECK_FALSE(end.in_time);
}

TEST_CASE("what a second process finds ends the check here", "[conform]") {
    CHECK_THROWS_AS(run_elsewhere([]() -> std::string { fail_check("wrong"); }, 30), Stop);
    try {
        run_elsewhere([]() -> std::string { skip_check("not here"); }, 30);
        FAIL("it went on");
    } catch (const Stop& stop) {
        CHECK(stop.finding.ending == Ending::skipped);
        CHECK(stop.finding.what == "not here");
    }
}

TEST_CASE("surroundings differ in what was changed and in nothing else", "[conform]") {
    const Surroundings before = surroundings();
    CHECK(difference(before, surroundings()) == "");
    setenv("ASSAY_CONFORM_TEST", "1", 1);
    CHECK(difference(before, surroundings()) == "the environment");
    unsetenv("ASSAY_CONFORM_TEST");
    CHECK(difference(before, surroundings()) == "");
    const auto old = std::signal(SIGUSR1, SIG_IGN);
    CHECK(difference(before, surroundings()) == "a signal handler");
    std::signal(SIGUSR1, old);
    CHECK(difference(before, surroundings()) == "");
}

TEST_CASE("a process has a thread, descriptors and memory", "[conform]") {
    CHECK(thread_count() >= 1);
    const int before = open_descriptors();
    const int another = dup(0);
    CHECK(open_descriptors() == before + 1);
    close(another);
    CHECK(resident_bytes() > 100'000);
    CHECK(virtual_bytes() >= resident_bytes());
}
