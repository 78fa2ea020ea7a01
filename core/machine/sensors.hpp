// SPDX-License-Identifier: Apache-2.0
// The host's own sensors, from kernel interfaces alone: energy counters of its packages and memory
// (powercap, hwmon), temperatures of its packages (hwmon, else thermal zones), the clock of the
// core that asks (cpufreq). A device's are its plugin's. Kernel:
// Documentation/power/powercap/powercap.rst, Documentation/hwmon/sysfs-interface.rst,
// Documentation/driver-api/thermal/sysfs-api.rst, Documentation/admin-guide/pm/cpufreq.rst.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/machine/tree.hpp"

namespace assay {

enum class SensorKind : std::uint8_t { energy, temperature, clock, throttle };
std::string_view name(SensorKind kind);  ///< As records have it: "energy", "clock", ….

struct HostSensor {
    SensorKind kind = SensorKind::energy;
    std::string name{};            ///< "package-0", "dram", "of the worker".
    std::string scope{};           ///< "package", "memory", "core".
    std::string source{};          ///< "powercap", "hwmon", "thermal", "cpufreq".
    std::filesystem::path file{};  ///< Of a clock: in the folder of each CPU.
    double scale = 1;     ///< The file's number times this are joules, degrees Celsius or hertz.
    double range_j = 0;   ///< Of an energy counter: it starts again after so much; 0: unknown.
    double period_s = 0;  ///< How often it changes; 0: unknown.
};

/// No part of a package, so that the energies add up. Those of $ASSAY_SENSORS_ROOT when it is set:
/// for tests, and its name stands in the source.
std::vector<HostSensor> host_sensors();
std::vector<HostSensor> host_sensors(const Tree& tree);

/// Joules, degrees, or hertz of the core that the caller is on; nothing when it cannot be read.
std::optional<double> read_sensor(const Tree& tree, const HostSensor& sensor);
std::optional<double> read_sensor(const HostSensor& sensor);

}  // namespace assay
