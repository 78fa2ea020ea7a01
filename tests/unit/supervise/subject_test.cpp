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

TEST_CASE("a device is meant by index, id or part of its name", "[supervise][subject]") {
    std::vector<DeviceRecord> devices(2);
    devices[0].id = "gpu-a";
    devices[0].name = "Big Card 1";
    devices[1].index = 1;
    devices[1].id = "gpu-b";
    devices[1].name = "Small Card 0";
    CHECK(choose_device(devices, "", "p").id == "gpu-a");
    CHECK(choose_device(devices, "1", "p").id == "gpu-b");
    CHECK(choose_device(devices, "gpu-b", "p").id == "gpu-b");
    CHECK(choose_device(devices, "Small", "p").id == "gpu-b");
    CHECK_THROWS_WITH(choose_device(devices, "7", "p"),
                      "p: no device '7'; there is 0 (gpu-a, Big Card 1), 1 (gpu-b, Small Card 0)");
    CHECK_THROWS_WITH(choose_device({}, "", "p"), Contains("finds no device"));
}
