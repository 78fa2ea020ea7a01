// SPDX-License-Identifier: Apache-2.0
#include "core/measure/telemetry.hpp"

#include <algorithm>

#include "core/base/clock.hpp"

namespace assay {

Sensors::Sensors(const Device& device) {
    if (device.record().timer == "virtual") return;
    of_device_.emplace(device.table(), static_cast<std::uint32_t>(device.record().index));
    for (const DeviceSensor& each : of_device_->list()) {
        known_.push_back(
            {"device", each.kind, each.name, each.scope, each.source, {0, each.period_s}});
    }
    if (device.record().kind != "cpu") return;
    of_host_ = host_sensors();
    for (const HostSensor& each : of_host_) {
        known_.push_back(
            {"host", each.kind, each.name, each.scope, each.source, {each.range_j, each.period_s}});
    }
}

Sensors::Snapshot Sensors::read() const {
    Snapshot snapshot;
    if (known_.empty()) return snapshot;
    snapshot.host_ns = now_ns();
    if (of_device_) snapshot.values = of_device_->read();
    for (const HostSensor& each : of_host_) snapshot.values.push_back(read_sensor(each));
    return snapshot;
}

Telemetry::Telemetry(const Sensors& sensors) : sensors_(sensors), ranges_(sensors.known_.size()) {
    for (const Sensors::Known& each : sensors.known_) counters_.emplace_back(each.nature);
}

void Telemetry::add_turn(const Sensors::Snapshot& before, const Sensors::Snapshot& after) {
    const double seconds = static_cast<double>(after.host_ns - before.host_ns) * 1e-9;
    seconds_ += seconds;
    for (std::size_t i = 0; i < counters_.size(); ++i) {
        const std::optional<double> first = before.values[i], last = after.values[i];
        if (sensors_.known_[i].kind == SensorKind::energy) {
            counters_[i].add(first, last, seconds);
            continue;
        }
        for (const std::optional<double>& value : {first, last}) {
            if (!value) continue;
            ranges_[i].lowest = std::min(ranges_[i].lowest.value_or(*value), *value);
            ranges_[i].highest = std::max(ranges_[i].highest.value_or(*value), *value);
        }
    }
}

std::optional<std::vector<SensorRecord>> Telemetry::records() const {
    if (counters_.empty() || seconds_ <= 0) return {};
    std::vector<SensorRecord> records;
    for (std::size_t i = 0; i < counters_.size(); ++i) {
        const Sensors::Known& known = sensors_.known_[i];
        const bool energy = known.kind == SensorKind::energy;
        SensorRecord record{.owner = known.owner,
                            .kind = energy ? "energy" : "temperature",
                            .name = known.name,
                            .scope = known.scope,
                            .source = known.source,
                            .seconds = seconds_,
                            .lowest_celsius = ranges_[i].lowest,
                            .highest_celsius = ranges_[i].highest};
        const bool unread = !energy && !ranges_[i].lowest;
        const std::string fault = energy ? counters_[i].fault() : unread ? "could not be read" : "";
        if (!fault.empty()) {
            record.fault = fault;
        } else if (energy) {
            record.joules = counters_[i].joules();
        }
        records.push_back(std::move(record));
    }
    return records;
}

}  // namespace assay
