// SPDX-License-Identifier: Apache-2.0
// The doctor's words for made-up machines: one quiet, and each disturbance alone.
#include "core/machine/diagnosis.hpp"

#include <algorithm>
#include <functional>

#include <catch2/catch.hpp>

using namespace assay;

namespace {

Machine quiet_machine() {
    Machine machine;
    machine.clocksource = "tsc";
    machine.governor = "performance";
    machine.turbo = "off";
    machine.threads_per_core = 1;
    machine.transparent_hugepages = "madvise";
    machine.cgroup_cpu_max = "max 100000";
    machine.cpus_online = machine.cpus_allowed = 2;
    machine.load_1min = 0.1;
    return machine;
}

Quiet quietness() {
    Quiet quiet;
    quiet.seconds = 5;
    quiet.clock_step_ns = 20;
    quiet.clock_call_ns = 25;
    quiet.spins = {{0, 1000, 100e3, 101e3, 0.001, 0.001}, {1, 1000, 101e3, 102e3, 0.002, -0.002}};
    return quiet;
}

const Finding& of(const std::vector<Finding>& findings, const std::string& subject) {
    const auto found = std::ranges::find(findings, subject, &Finding::subject);
    REQUIRE(found != findings.end());
    return *found;
}

}  // namespace

TEST_CASE("a quiet machine has nothing to do", "[machine][diagnosis]") {
    for (const Finding& each : diagnose(quiet_machine(), quietness())) {
        INFO(each.subject << ": " << each.found);
        CHECK(each.health == Health::good);
        CHECK(each.remedy.empty());
        CHECK_FALSE(each.found.empty());
    }
}

TEST_CASE("each disturbance is found, alone, with a remedy", "[machine][diagnosis]") {
    struct Row {
        std::string subject;
        Health health;
        std::function<void(Machine&, Quiet&)> spoil;
    };
    const std::vector<Row> rows = {
        {"clock", Health::disturbed, [](auto&, auto& quiet) { quiet.clock_call_ns = 350; }},
        {"clock", Health::disturbed, [](auto&, auto& quiet) { quiet.clock_step_ns = 1e6; }},
        {"jitter", Health::disturbed, [](auto&, auto& quiet) { quiet.spins[1].p99_ns = 120e3; }},
        {"interruptions", Health::disturbed,
         [](auto&, auto& quiet) { quiet.spins[0].lost_fraction = 0.02; }},
        {"steadiness", Health::disturbed, [](auto&, auto& quiet) { quiet.spins[0].drift = -0.03; }},
        {"evenness", Health::disturbed,
         [](auto&, auto& quiet) {
             quiet.spins[1].median_ns = 110e3;
             quiet.spins[1].p99_ns = 111e3;
         }},
        {"steal", Health::disturbed, [](auto&, auto& quiet) { quiet.steal_fraction = 0.01; }},
        {"other programs", Health::disturbed,
         [](auto&, auto& quiet) { quiet.other_busy_fraction = 0.1; }},
        {"load", Health::disturbed, [](auto& machine, auto&) { machine.load_1min = 1.5; }},
        {"governor", Health::disturbed,
         [](auto& machine, auto&) { machine.governor = "powersave"; }},
        {"turbo", Health::note, [](auto& machine, auto&) { machine.turbo = "on"; }},
        {"SMT", Health::note, [](auto& machine, auto&) { machine.threads_per_core = 2; }},
        {"huge pages", Health::note,
         [](auto& machine, auto&) { machine.transparent_hugepages = "never"; }},
        {"swap", Health::note, [](auto& machine, auto&) { machine.swap_bytes = 1 << 30; }},
        {"CPU quota", Health::disturbed,
         [](auto& machine, auto&) { machine.cgroup_cpu_max = "150000 100000"; }},
        {"hypervisor", Health::note, [](auto& machine, auto&) { machine.hypervisor = "yes"; }},
    };
    for (const Row& row : rows) {
        Machine machine = quiet_machine();
        Quiet quiet = quietness();
        row.spoil(machine, quiet);
        const std::vector<Finding> findings = diagnose(machine, quiet);
        INFO(row.subject);
        CHECK(of(findings, row.subject).health == row.health);
        CHECK_FALSE(of(findings, row.subject).remedy.empty());
        CHECK(std::ranges::count(findings, Health::good, &Finding::health) ==
              static_cast<std::ptrdiff_t>(findings.size()) - 1);
    }
}

TEST_CASE("what the kernel does not say is unknown, not good", "[machine][diagnosis]") {
    const std::vector<Finding> findings = diagnose(Machine{}, quietness());
    for (const char* subject : {"governor", "turbo", "SMT", "huge pages"}) {
        CHECK(of(findings, subject).health == Health::unknown);
    }
}

TEST_CASE("without listening there is no word about noise", "[machine][diagnosis]") {
    for (const Finding& each : diagnose(quiet_machine(), Quiet{})) {
        CHECK(each.subject != "jitter");
        CHECK(each.subject != "steal");
    }
}
