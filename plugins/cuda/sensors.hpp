// SPDX-License-Identifier: Apache-2.0
// The extension assay.sensors/1 of NVIDIA devices, by NVML (nvml.hpp). A device that NVML does not
// answer for has the same sensors, each of which fails and says why in its source.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "assay/sdk.hpp"
#include "nvml.hpp"

namespace assay::cuda {

const assay_ext_sensors* sensors_table();

/// The sensors of one device.
class DeviceSensors {
public:
    DeviceSensors(const Nvml& nvml, const std::string& uuid, const std::string& pci_address);

    /// Energy of the board by its counter, or where there is none its power; the chip's
    /// temperature, its SMs' clock, and what holds that back.
    std::size_t count() const { return rows_.size(); }
    assay_sensor_info info(std::size_t index) const;
    NvmlValue read(std::size_t index) const;

    /// How often the energy counter changes, found by watching it: the median of a few changes, or
    /// as long as it was watched in vain. Nanoseconds, 0: it could not be read. Takes up to a
    /// second, once.
    std::uint64_t energy_period_ns() const;

private:
    struct Row {
        std::int32_t kind;
        const char *name, *scope;
        NvmlValue (NvmlDevice::*read)() const;
    };
    std::string source() const;

    NvmlDevice device_;
    std::vector<Row> rows_;
    mutable std::uint64_t energy_period_ns_ = 0;
    mutable bool watched_ = false;
};

}  // namespace assay::cuda
