// SPDX-License-Identifier: Apache-2.0
#include "core/host/device_sensors.hpp"

#include <cmath>
#include <cstddef>

#include "core/host/codes.hpp"

namespace assay {
namespace {

constexpr std::uint32_t most_sensors = 256;  // chosen: a list must end

std::optional<SensorKind> kind_of(std::int32_t kind) {
    switch (kind) {
        case ASSAY_SENSOR_ENERGY_J:
            return SensorKind::energy;
        case ASSAY_SENSOR_TEMPERATURE_C:
            return SensorKind::temperature;
        case ASSAY_SENSOR_CLOCK_HZ:
            return SensorKind::clock;
        case ASSAY_SENSOR_THROTTLE:
            return SensorKind::throttle;
        default:
            return {};
    }
}

const assay_ext_sensors* table_of(const assay_plugin& plugin) {
    const auto* table =
        static_cast<const assay_ext_sensors*>(plugin.get_extension(ASSAY_EXT_SENSORS));
    const bool whole = table != nullptr && table->struct_size >= sizeof(assay_ext_sensors) &&
                       table->get_info != nullptr && table->sample != nullptr;
    return whole ? table : nullptr;
}

}  // namespace

std::vector<std::string> throttle_causes(std::uint64_t bits) {
    constexpr std::pair<std::uint64_t, const char*> causes[] = {
        {ASSAY_THROTTLE_POWER, "power"},
        {ASSAY_THROTTLE_THERMAL, "thermal"},
        {ASSAY_THROTTLE_CURRENT, "current"},
        {ASSAY_THROTTLE_EXTERNAL, "external"},
        {ASSAY_THROTTLE_USER_CLOCKS, "user clocks"}};
    std::vector<std::string> names;
    for (const auto& [bit, name] : causes) {
        if ((bits & bit) != 0) names.emplace_back(name);
    }
    return names;
}

DeviceSensors::DeviceSensors(const assay_plugin& table, std::uint32_t device)
    : table_(table_of(table)), device_(device) {
    for (std::uint32_t i = 0; table_ != nullptr && i < most_sensors; ++i) {
        assay_sensor_info info{};
        info.struct_size = sizeof(info);
        if (table_->get_info(device, i, &info, nullptr) != ASSAY_OK) break;
        const std::optional<SensorKind> kind = kind_of(info.kind);
        if (!kind) continue;
        list_.push_back({static_cast<std::int32_t>(i), *kind, text_of(info.name, "sensors: name"),
                         text_of(info.scope, "sensors: scope"),
                         text_of(info.source, "sensors: source"),
                         static_cast<double>(info.update_period_ns) * 1e-9});
    }
}

std::vector<std::optional<double>> DeviceSensors::read() const {
    std::vector<std::optional<double>> values(list_.size());
    if (list_.empty()) return values;
    std::vector<assay_sample> samples(list_.size());
    for (std::size_t i = 0; i < samples.size(); ++i) samples[i].sensor = list_[i].index;
    const auto count = static_cast<std::uint32_t>(samples.size());
    if (table_->sample(device_, samples.data(), count, nullptr) != ASSAY_OK) return values;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const bool good = samples[i].status == ASSAY_OK && std::isfinite(samples[i].value);
        if (good) values[i] = samples[i].value;
    }
    return values;
}

}  // namespace assay
