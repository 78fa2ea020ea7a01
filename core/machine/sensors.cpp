// SPDX-License-Identifier: Apache-2.0
#include "core/machine/sensors.hpp"

#include <charconv>
#include <cstdlib>

namespace assay {
namespace {

namespace fs = std::filesystem;

constexpr double micro = 1e-6, milli = 1e-3;
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
    const std::optional<double> number = number_in(tree, sensor.file);
    if (!number) return {};
    return *number * sensor.scale;
}

std::optional<double> read_sensor(const HostSensor& sensor) {
    return read_sensor(Tree(sensors_root()), sensor);
}

}  // namespace assay
