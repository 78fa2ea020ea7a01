// SPDX-License-Identifier: Apache-2.0
// Group J, sensors: what can be wrong without knowing the hardware.
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "assay/ext/sensors.h"
#include "core/base/clock.hpp"
#include "core/conform/checks.hpp"
#include "core/conform/rig.hpp"
#include "core/host/codes.hpp"

namespace assay {
namespace {

struct SensorRange {
    std::int32_t kind;
    const char* name;
    double least, most;
};
/// Bounds are chosen: no hardware is outside.
constexpr std::array sensor_ranges{
    SensorRange{ASSAY_SENSOR_ENERGY_J, "energy", 0, 1e15},
    SensorRange{ASSAY_SENSOR_POWER_W, "power", 0, 1e6},
    SensorRange{ASSAY_SENSOR_TEMPERATURE_C, "temperature", -100, 300},
    SensorRange{ASSAY_SENSOR_CLOCK_HZ, "clock", 0, 1e12},
    SensorRange{ASSAY_SENSOR_UTILISATION, "utilisation", 0, 1},
    SensorRange{ASSAY_SENSOR_MEMORY_USED, "memory used", 0, 1e16},
};

std::vector<assay_sensor_info> sensors_of(const assay_ext_sensors& sensors, std::uint32_t device) {
    constexpr std::uint32_t most = 1000;
    std::vector<assay_sensor_info> all;
    for (std::uint32_t i = 0; i < most; ++i) {
        auto info = sized_struct<assay_sensor_info>();
        const assay_status status = sensors.get_info(device, i, &info, nullptr);
        if (status == ASSAY_ERR_INVALID) return all;
        require(status == ASSAY_OK, fmt::format("sensors: get_info: status {}", status));
        require(!bounded_text(info.name).empty() && info.name[sizeof(info.name) - 1] == 0,
                fmt::format("sensors: sensor {} has no name", i));
        all.push_back(info);
    }
    fail_check("sensors: get_info: its list does not end");
}

void require_plausible(const assay_sensor_info& info, const assay_sample& sample) {
    for (const SensorRange& each : sensor_ranges) {
        if (each.kind != info.kind) continue;
        require(sample.value >= each.least && sample.value <= each.most,
                fmt::format("sensors: {} is {:g}", each.name, sample.value));
    }
    require(std::isfinite(sample.value), "sensors: a value is not finite");
    if (info.kind != ASSAY_SENSOR_THROTTLE) return;
    const bool whole = sample.value >= 0 && sample.value == std::floor(sample.value);
    require(whole && sample.value < 2 * ASSAY_THROTTLE_USER_CLOCKS,
            fmt::format("sensors: throttle is {:g}, which are no bits that the ABI defines",
                        sample.value));
}

}  // namespace

std::string check_sensors(const Candidate& candidate) {
    const Rig rig(candidate);
    const auto* table = rig.guest().extension<assay_ext_sensors>(ASSAY_EXT_SENSORS);
    if (table == nullptr) skip_check("assay.sensors/1 is not offered");
    const auto infos = sensors_of(*table, candidate.device);
    std::vector<assay_sample> samples(infos.size()), before;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        samples[i].sensor = static_cast<std::int32_t>(i);
    }
    constexpr int times = 1000;
    const std::uint64_t start = now_ns();
    for (int i = 0; i < times; ++i) {
        before = samples;
        require(table->sample(candidate.device, samples.data(),
                              static_cast<std::uint32_t>(samples.size()), nullptr) == ASSAY_OK,
                "sensors: sample: fails");
        for (std::size_t j = 0; j < samples.size(); ++j) {
            if (samples[j].status != ASSAY_OK) continue;
            require_plausible(infos[j], samples[j]);
            require(i == 0 || infos[j].kind != ASSAY_SENSOR_ENERGY_J ||
                        samples[j].value >= before[j].value,
                    "sensors: the energy counter goes back");
            require(samples[j].host_ns >= start && samples[j].host_ns <= now_ns(),
                    "sensors: host_ns is not of the host's clock");
        }
    }
    const double each_us = static_cast<double>(now_ns() - start) * 1e-3 / times;
    constexpr double most_us = 10'000;  // chosen: a management library's call takes 1 ms
    return each_us > most_us ? fmt::format("sensors: a sample takes {:.0f} us", each_us) : "";
}

}  // namespace assay
