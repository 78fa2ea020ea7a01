// SPDX-License-Identifier: Apache-2.0
#include "core/supervise/subject.hpp"

#include <catch2/catch.hpp>

#include "core/base/error.hpp"

using namespace assay;
using Catch::Matchers::Contains;

namespace {
const std::vector<std::filesystem::path> folders{
    std::filesystem::path(SIMULATED_PLUGIN).parent_path()};
}

TEST_CASE("a subject is a plugin and its options", "[supervise][subject]") {
    const SubjectOptions subject = parse_subject("simulated:sigma=0.1,seed=3", folders);
    CHECK(subject.name == "simulated");
    CHECK(subject.label == "simulated:sigma=0.1,seed=3");
    CHECK(subject.options == KeyValues{{"sigma", "0.1"}, {"seed", "3"}});
    CHECK(parse_subject("simulated", folders).options.empty());
}

TEST_CASE("an option without a value is refused in one line", "[supervise][subject]") {
    CHECK_THROWS_WITH(parse_subject("simulated:sigma", folders),
                      "--plugin simulated:sigma: 'sigma' is not KEY=VALUE");
    CHECK_THROWS_WITH(parse_subject("simulated:=1", folders), Contains("is not KEY=VALUE"));
}

TEST_CASE("devices are meant by index, id, pattern or part of a name", "[supervise][subject]") {
    std::vector<DeviceRecord> devices(2);
    devices[0].id = "gpu-a";
    devices[0].name = "Big Card 1";
    devices[1].index = 1;
    devices[1].id = "gpu-b";
    devices[1].name = "Small Card 0";
    const auto chosen = [&](const std::string& wanted) {
        std::string ids;
        for (const DeviceRecord& each : choose_devices(devices, wanted, "p")) ids += each.id + " ";
        return ids;
    };
    CHECK(chosen("") == "gpu-a ");
    CHECK(chosen("1") == "gpu-b ");
    CHECK(chosen("gpu-b") == "gpu-b ");
    CHECK(chosen("Small") == "gpu-b ");
    // Several, in the order of the plugin and each once.
    CHECK(chosen("1,0") == "gpu-a gpu-b ");
    CHECK(chosen("gpu-a,Big") == "gpu-a ");
    CHECK(chosen("*") == "gpu-a gpu-b ");
    CHECK(chosen("gpu-?") == "gpu-a gpu-b ");
    CHECK(chosen("* Card 0") == "gpu-b ");
    CHECK(chosen("Card") == "gpu-a gpu-b ");
    CHECK_THROWS_WITH(choose_devices(devices, "7", "p"),
                      "p: no device '7'; there is 0 (gpu-a, Big Card 1), 1 (gpu-b, Small Card 0)");
    CHECK_THROWS_WITH(choose_devices(devices, "0,x*", "p"), Contains("no device 'x*'"));
    CHECK_THROWS_WITH(choose_devices(devices, "0,", "p"), Contains("no device ''"));
    CHECK_THROWS_WITH(choose_devices({}, "", "p"), Contains("finds no device"));
}
