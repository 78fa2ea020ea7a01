// SPDX-License-Identifier: Apache-2.0
// A plugin's own sensors of one device (extension assay.sensors/1), as far as records have a place
// for them: energy, temperature, clock, and what holds the clock back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "assay/ext/sensors.h"
#include "core/machine/sensors.hpp"

namespace assay {

struct DeviceSensor {
    std::int32_t index = 0;  ///< The plugin's.
    SensorKind kind = SensorKind::energy;
    std::string name, scope, source;
    double period_s = 0;  ///< How often it changes; 0: unknown.
};

/// The names of ASSAY_THROTTLE_* bits, in the order of the bits: "power", "thermal", …. Bits that
/// the ABI does not define are left out.
std::vector<std::string> throttle_causes(std::uint64_t bits);

class DeviceSensors {
public:
    /// None when the plugin does not offer them.
    DeviceSensors(const assay_plugin& table, std::uint32_t device);

    [[nodiscard]] const std::vector<DeviceSensor>& list() const { return list_; }
    /// A value for each of list(), or nothing where it failed. Between timed calls only.
    [[nodiscard]] std::vector<std::optional<double>> read() const;

private:
    const assay_ext_sensors* table_ = nullptr;
    std::uint32_t device_;
    std::vector<DeviceSensor> list_;
};

}  // namespace assay
