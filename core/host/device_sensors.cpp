// SPDX-License-Identifier: Apache-2.0
#include "core/host/device_sensors.hpp"

#include <cmath>
#include <cstddef>

#include "core/host/codes.hpp"

namespace assay {
namespace {

constexpr std::uint32_t most_sensors = 256;  // chosen: a list must end

const assay_ext_sensors* table_of(const assay_plugin& plugin) {
    const auto* table =
        static_cast<const assay_ext_sensors*>(plugin.get_extension(ASSAY_EXT_SENSORS));
    const bool whole = table != nullptr && table->struct_size >= sizeof(assay_ext_sensors) &&
                       table->get_info != nullptr && table->sample != nullptr;
    return whole ? table : nullptr;
}

}  // namespace

DeviceSensors::DeviceSensors(const assay_plugin& table, std::uint32_t device)
    : table_(table_of(table)), device_(device) {
    for (std::uint32_t i = 0; table_ != nullptr && i < most_sensors; ++i) {
        assay_sensor_info info{};
        info.struct_size = sizeof(info);
        if (table_->get_info(device, i, &info, nullptr) != ASSAY_OK) break;
        const bool energy = info.kind == ASSAY_SENSOR_ENERGY_J;
        if (!energy && info.kind != ASSAY_SENSOR_TEMPERATURE_C) continue;
        list_.push_back({static_cast<std::int32_t>(i),
                         energy ? SensorKind::energy : SensorKind::temperature,
                         text_of(info.name, "sensors: name"), text_of(info.scope, "sensors: scope"),
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
