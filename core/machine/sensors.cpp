// SPDX-License-Identifier: Apache-2.0
#include "core/machine/sensors.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include <sched.h>

namespace assay {
namespace {

namespace fs = std::filesystem;

constexpr double micro = 1e-6, milli = 1e-3, kilo = 1e3;
constexpr double rapl_period_s = 1e-3;  // Intel SDM vol. 3, 15.10.3: about one millisecond

fs::path sensors_root() {
    const char* root = std::getenv("ASSAY_SENSORS_ROOT");
    return root != nullptr && *root != '\0' ? fs::path{root} : fs::path{"/"};
}

std::optional<double> number_in(const Tree& tree, const fs::path& file) {
    const std::string text = tree.text(file);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
    return value;
}

/// A package holds its cores and graphics; the whole node ("psys") holds the packages.
std::string scope_of(const std::string& zone) {
    if (zone.starts_with("package-")) return "package";
    return zone == "dram" ? "memory" : "";
}

void add_powercap(const Tree& tree, std::vector<HostSensor>& found) {
    const fs::path folder = "sys/class/powercap";
    for (const std::string& zone : tree.names(folder)) {
        if (!zone.starts_with("intel-rapl:")) continue;  // -mmio has the same counters again
        HostSensor sensor{.name = tree.text(folder / zone / "name"), .source = "powercap"};
        sensor.scope = scope_of(sensor.name);
        if (sensor.scope.empty()) continue;
        if (sensor.scope == "memory") sensor.name += " " + zone.substr(zone.find(':') + 1);
        sensor.file = folder / zone / "energy_uj";
        sensor.scale = micro;
        sensor.range_j = number_in(tree, folder / zone / "max_energy_range_uj").value_or(0) * micro;
        sensor.period_s = rapl_period_s;
        found.push_back(std::move(sensor));
    }
}

/// "energy1_input" -> "energy1"; "" of another kind of file.
std::string channel(const std::string& file, const char* kind) {
    const std::size_t end = file.find("_input");
    return file.starts_with(kind) && end != std::string::npos ? file.substr(0, end) : "";
}

void add_hwmon_channel(const Tree& tree, const fs::path& folder, const std::string& file,
                       std::vector<HostSensor>& found) {
    const std::string energy = channel(file, "energy"), heat = channel(file, "temp");
    if (energy.empty() && heat.empty()) return;
    const std::string label = tree.text(folder / (energy + heat + "_label"));
    HostSensor sensor{.name = label, .scope = "package", .source = "hwmon", .file = folder / file};
    // amd_energy counts sockets and, each again, their cores; coretemp and k10temp likewise.
    if (!energy.empty() && label.starts_with("Esocket")) {
        sensor.scale = micro;
        found.push_back(std::move(sensor));
    } else if (!heat.empty() && (label.starts_with("Package id") || label == "Tctl")) {
        sensor.kind = SensorKind::temperature;
        sensor.scale = milli;
        found.push_back(std::move(sensor));
    }
}

void add_hwmon(const Tree& tree, std::vector<HostSensor>& found) {
    const fs::path all = "sys/class/hwmon";
    for (const std::string& chip : tree.names(all)) {
        for (const std::string& file : tree.names(all / chip)) {
            add_hwmon_channel(tree, all / chip, file, found);
        }
    }
}

/// Intel's packages, and what device trees of Arm's call theirs.
bool is_package_zone(const std::string& type) {
    return type == "x86_pkg_temp" || type == "cpu-thermal" || type == "cpu_thermal";
}

void add_thermal_zones(const Tree& tree, std::vector<HostSensor>& found) {
    const fs::path all = "sys/class/thermal";
    for (const std::string& zone : tree.names(all)) {
        const std::string type = tree.text(all / zone / "type");
        if (!zone.starts_with("thermal_zone") || !is_package_zone(type)) continue;
        found.push_back({.kind = SensorKind::temperature,
                         .name = type + " " + zone,
                         .scope = "package",
                         .source = "thermal",
                         .file = all / zone / "temp",
                         .scale = milli});
    }
}

fs::path file_of_cpu(int cpu, const fs::path& file) {
    return fs::path("sys/devices/system/cpu") / ("cpu" + std::to_string(cpu)) / file;
}

/// One core's, and not all: to ask for the clock of a core that sleeps wakes it up.
void add_core_clock(const Tree& tree, std::vector<HostSensor>& found) {
    const fs::path file = "cpufreq/scaling_cur_freq";
    if (!tree.exists(file_of_cpu(0, file))) return;
    found.push_back({.kind = SensorKind::clock,
                     .name = "of the worker",
                     .scope = "core",
                     .source = "cpufreq",
                     .file = file,
                     .scale = kilo});
}

bool has_temperature(const std::vector<HostSensor>& sensors) {
    return std::ranges::find(sensors, SensorKind::temperature, &HostSensor::kind) != sensors.end();
}

}  // namespace

std::string_view name(SensorKind kind) {
    constexpr std::string_view names[] = {"energy", "temperature", "clock", "throttle"};
    return names[static_cast<std::size_t>(kind)];
}

std::vector<HostSensor> host_sensors(const Tree& tree) {
    std::vector<HostSensor> found;
    add_powercap(tree, found);
    const bool counted = !found.empty();
    add_hwmon(tree, found);
    // Two interfaces to the same energy would count it twice.
    if (counted) {
        std::erase_if(found, [](const HostSensor& each) {
            return each.kind == SensorKind::energy && each.source == "hwmon";
        });
    }
    if (!has_temperature(found)) add_thermal_zones(tree, found);
    add_core_clock(tree, found);
    return found;
}

std::vector<HostSensor> host_sensors() {
    const fs::path root = sensors_root();
    std::vector<HostSensor> found = host_sensors(Tree(root));
    if (root != "/") {
        for (HostSensor& each : found) each.source += " of " + root.string();
    }
    return found;
}

std::optional<double> read_sensor(const Tree& tree, const HostSensor& sensor) {
    const bool of_a_core = sensor.kind == SensorKind::clock;
    const std::optional<double> number =
        number_in(tree, of_a_core ? file_of_cpu(sched_getcpu(), sensor.file) : sensor.file);
    if (!number) return {};
    return *number * sensor.scale;
}

std::optional<double> read_sensor(const HostSensor& sensor) {
    return read_sensor(Tree(sensors_root()), sensor);
}

}  // namespace assay
