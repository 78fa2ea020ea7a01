// SPDX-License-Identifier: Apache-2.0
#include "core/measure/telemetry.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "core/base/clock.hpp"

namespace assay {
namespace {

using namespace std::chrono_literals;

constexpr double updates_while_idle = 51;  // as in a window of energy, and one for what is cut off
constexpr double least_idle_s = 1;         // chosen: more than what a scheduler's moment weighs
constexpr double most_idle_s = 10;         // chosen: a slower counter has no idle power

}  // namespace

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

void Sensors::listen(const std::function<bool()>& stop) {
    double seconds = 0;
    for (const Known& each : known_) {
        if (each.kind != SensorKind::energy) continue;
        const double wanted = updates_while_idle * each.nature.period_s;
        seconds = std::max(seconds, std::clamp(wanted, least_idle_s, most_idle_s));
    }
    if (seconds == 0) return;
    const Snapshot before = read();
    const auto passed = [&] { return static_cast<double>(now_ns() - before.host_ns) * 1e-9; };
    while (passed() < seconds && !stop()) std::this_thread::sleep_for(10ms);
    if (passed() < seconds) return;
    const Snapshot after = read();
    for (std::size_t i = 0; i < known_.size(); ++i) {
        if (known_[i].kind != SensorKind::energy) continue;
        EnergyCounter counter(known_[i].nature);
        counter.add(before.values[i], after.values[i],
                    static_cast<double>(after.host_ns - before.host_ns) * 1e-9);
        if (counter.fault().empty()) known_[i].idle_watts = counter.joules() / counter.seconds();
    }
}

Telemetry::Telemetry(const Sensors& sensors) : sensors_(sensors), seen_(sensors.known_.size()) {
    for (const Sensors::Known& each : sensors.known_) counters_.emplace_back(each.nature);
}

void Telemetry::Seen::take(const std::optional<double>& first, const std::optional<double>& last,
                           double seconds) {
    unread |= !first || !last;
    for (const std::optional<double>& value : {first, last}) {
        if (!value) continue;
        lowest = std::min(lowest.value_or(*value), *value);
        highest = std::max(highest.value_or(*value), *value);
        sum += *value / 2 * seconds;
        bits |= *value >= 0 && *value < 0x1p63 ? static_cast<std::uint64_t>(*value) : 0;
    }
}

void Telemetry::add_turn(const Sensors::Snapshot& before, const Sensors::Snapshot& after) {
    const double seconds = static_cast<double>(after.host_ns - before.host_ns) * 1e-9;
    seconds_ += seconds;
    for (std::size_t i = 0; i < counters_.size(); ++i) {
        if (sensors_.known_[i].kind == SensorKind::energy) {
            counters_[i].add(before.values[i], after.values[i], seconds);
        } else {
            seen_[i].take(before.values[i], after.values[i], seconds);
        }
    }
}

/// What a sensor says, or its fault. A temperature is a range whatever was missed of it; a clock or
/// a throttle that was missed once says nothing of that turn.
void Telemetry::put(SensorRecord& record, std::size_t sensor) const {
    const Seen& seen = seen_[sensor];
    const SensorKind kind = sensors_.known_[sensor].kind;
    if (kind == SensorKind::energy) {
        const std::string fault = counters_[sensor].fault();
        if (fault.empty())
            record.joules = counters_[sensor].joules();
        else
            record.fault = fault;
        return;
    }
    const bool of_some_use =
        kind == SensorKind::temperature ? seen.lowest.has_value() : !seen.unread;
    if (!of_some_use) {
        record.fault = "could not be read";
    } else if (kind == SensorKind::temperature) {
        record.lowest_celsius = seen.lowest;
        record.highest_celsius = seen.highest;
    } else if (kind == SensorKind::throttle) {
        record.throttled_by = throttle_causes(seen.bits);
    } else if (!(*seen.lowest > 0)) {
        record.fault = "says 0 Hz";
    } else {
        record.mean_hz = seen.sum / seconds_;
        record.lowest_hz = seen.lowest;
        record.highest_hz = seen.highest;
    }
}

std::optional<std::vector<SensorRecord>> Telemetry::records() const {
    if (counters_.empty() || seconds_ <= 0) return {};
    std::vector<SensorRecord> records;
    for (std::size_t i = 0; i < counters_.size(); ++i) {
        const Sensors::Known& known = sensors_.known_[i];
        SensorRecord record{.owner = known.owner,
                            .kind = std::string(name(known.kind)),
                            .name = known.name,
                            .scope = known.scope,
                            .source = known.source,
                            .seconds = seconds_,
                            .idle_watts = known.idle_watts};
        if (known.nature.period_s > 0) record.period_s = known.nature.period_s;
        put(record, i);
        records.push_back(std::move(record));
    }
    return records;
}

}  // namespace assay
