// SPDX-License-Identifier: Apache-2.0
// The host's sensors in made-up folders of /sys.
#include "core/machine/sensors.hpp"

#include <catch2/catch.hpp>
#include <sched.h>

#include "tests/unit/machine/made_up.hpp"

namespace assay {
namespace {

void add_zone(MadeUp& root, const std::string& zone, const std::string& name,
              const std::string& energy_uj) {
    const std::string folder = "sys/class/powercap/" + zone + "/";
    root.file(folder + "name", name + "\n").file(folder + "energy_uj", energy_uj + "\n");
    root.file(folder + "max_energy_range_uj", "262143328850\n");
}

TEST_CASE("packages and their memory are counted, each once", "[machine]") {
    MadeUp root;
    add_zone(root, "intel-rapl:0", "package-0", "2500000");
    add_zone(root, "intel-rapl:0:0", "core", "2000000");  // part of the package
    add_zone(root, "intel-rapl:0:1", "dram", "500000");
    add_zone(root, "intel-rapl:1", "psys", "9000000");            // holds the package
    add_zone(root, "intel-rapl-mmio:0", "package-0", "2500000");  // the same again
    const Tree tree(root.root());
    const std::vector<HostSensor> sensors = host_sensors(tree);
    REQUIRE(sensors.size() == 2);
    CHECK(sensors[0].name == "package-0");
    CHECK(sensors[0].scope == "package");
    CHECK(sensors[0].source == "powercap");
    CHECK(sensors[0].range_j == Approx(262143.32885));
    CHECK(*read_sensor(tree, sensors[0]) == Approx(2.5));
    CHECK(sensors[1].name == "dram 0:1");
    CHECK(*read_sensor(tree, sensors[1]) == Approx(0.5));
}

TEST_CASE("hwmon has the energy of AMD's sockets, and temperatures of packages", "[machine]") {
    MadeUp root;
    const std::string energy = "sys/class/hwmon/hwmon0/", heat = "sys/class/hwmon/hwmon1/";
    root.file(energy + "energy1_label", "Ecore000\n").file(energy + "energy1_input", "11\n");
    root.file(energy + "energy9_label", "Esocket0\n").file(energy + "energy9_input", "7000000\n");
    root.file(heat + "temp1_label", "Package id 0\n").file(heat + "temp1_input", "41500\n");
    root.file(heat + "temp2_label", "Core 0\n").file(heat + "temp2_input", "40000\n");
    const Tree tree(root.root());
    const std::vector<HostSensor> sensors = host_sensors(tree);
    REQUIRE(sensors.size() == 2);
    CHECK(sensors[0].name == "Esocket0");
    CHECK(*read_sensor(tree, sensors[0]) == Approx(7));
    CHECK(sensors[1].kind == SensorKind::temperature);
    CHECK(*read_sensor(tree, sensors[1]) == Approx(41.5));
}

TEST_CASE("two interfaces to the same energy count once", "[machine]") {
    MadeUp root;
    add_zone(root, "intel-rapl:0", "package-0", "1");
    const std::string folder = "sys/class/hwmon/hwmon0/";
    root.file(folder + "energy1_label", "Esocket0\n").file(folder + "energy1_input", "1\n");
    CHECK(host_sensors(Tree(root.root())).size() == 1);
}

TEST_CASE("thermal zones of packages stand in where hwmon has none", "[machine]") {
    MadeUp root;
    const std::string zones = "sys/class/thermal/", hwmon = "sys/class/hwmon/hwmon0/";
    root.file(zones + "thermal_zone0/type", "acpitz\n").file(zones + "thermal_zone0/temp", "1\n");
    root.file(zones + "thermal_zone1/type", "x86_pkg_temp\n");
    root.file(zones + "thermal_zone1/temp", "52000\n");
    root.file(zones + "cooling_device0/type", "x86_pkg_temp\n");
    const Tree tree(root.root());
    const std::vector<HostSensor> sensors = host_sensors(tree);
    REQUIRE(sensors.size() == 1);
    CHECK(sensors[0].source == "thermal");
    CHECK(*read_sensor(tree, sensors[0]) == Approx(52));

    root.file(hwmon + "temp1_label", "Tctl\n").file(hwmon + "temp1_input", "40000\n");
    REQUIRE(host_sensors(tree).size() == 1);
    CHECK(host_sensors(tree)[0].source == "hwmon");
}

TEST_CASE("the clock is that of the core that asks", "[machine]") {
    MadeUp root;
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        root.cpu(cpu, "cpufreq/scaling_cur_freq", std::to_string(3'000'000 + cpu) + "\n");
    }
    const Tree tree(root.root());
    const std::vector<HostSensor> sensors = host_sensors(tree);
    REQUIRE(sensors.size() == 1);
    CHECK(sensors[0].kind == SensorKind::clock);
    CHECK(sensors[0].scope == "core");

    cpu_set_t before, one;
    REQUIRE(sched_getaffinity(0, sizeof before, &before) == 0);
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (!CPU_ISSET(cpu, &before)) continue;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        if (sched_setaffinity(0, sizeof one, &one) != 0) continue;  // a cgroup may forbid it
        CHECK(*read_sensor(tree, sensors[0]) == Approx(3e9 + 1e3 * cpu).epsilon(1e-12));
    }
    sched_setaffinity(0, sizeof before, &before);
}

TEST_CASE("what is missing or no number is no value", "[machine]") {
    MadeUp root;
    add_zone(root, "intel-rapl:0", "package-0", "many");
    const Tree tree(root.root());
    const std::vector<HostSensor> sensors = host_sensors(tree);
    REQUIRE(sensors.size() == 1);
    CHECK_FALSE(read_sensor(tree, sensors[0]));
    std::filesystem::remove(root.root() / sensors[0].file);
    CHECK_FALSE(read_sensor(tree, sensors[0]));
    CHECK(host_sensors(Tree(root.root() / "nowhere")).empty());
}

}  // namespace
}  // namespace assay
