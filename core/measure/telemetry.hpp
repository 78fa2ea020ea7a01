// SPDX-License-Identifier: Apache-2.0
// Energy, temperatures, clocks and throttling beside a case's readings: sensors are read before and
// after each turn, never during one, and never by another process that would disturb it. Power that
// has no counter is not recorded: a reading after a turn says nothing of the turn.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/host/device.hpp"
#include "core/host/device_sensors.hpp"
#include "core/result/record.hpp"
#include "core/stat/energy_counter.hpp"

namespace assay {

/// The sensors that belong to a device: its plugin's and, of a CPU of this host, the host's.
class Sensors {
public:
    /// None for a device whose clock is virtual: its work takes no real time.
    explicit Sensors(const Device& device);

    /// What the energy counters show while nothing is asked of the device, for the records: takes
    /// 50 periods of the slowest, from 1 to 10 seconds; nothing without a counter, or once `stop`
    /// says so.
    void listen(const std::function<bool()>& stop);

    struct Snapshot {
        std::uint64_t host_ns = 0;
        std::vector<std::optional<double>> values;  ///< Of all sensors, in their order.
    };
    [[nodiscard]] Snapshot read() const;

private:
    friend class Telemetry;
    struct Known {
        const char* owner = "host";
        SensorKind kind = SensorKind::energy;
        std::string name, scope, source;
        CounterNature nature;
        std::optional<double> idle_watts{};
    };
    std::optional<DeviceSensors> of_device_;
    std::vector<HostSensor> of_host_;
    std::vector<Known> known_;
};

/// What one case's turns came to.
class Telemetry {
public:
    explicit Telemetry(const Sensors& sensors);

    [[nodiscard]] Sensors::Snapshot read() const { return sensors_.read(); }
    void add_turn(const Sensors::Snapshot& before, const Sensors::Snapshot& after);

    /// One record a sensor; none when there are no sensors.
    [[nodiscard]] std::optional<std::vector<SensorRecord>> records() const;

private:
    /// Of what is no counter.
    struct Seen {
        std::optional<double> lowest, highest;
        double sum = 0;  ///< Of the means of the turns' two readings, each times its seconds.
        std::uint64_t bits = 0;
        bool unread = false;  ///< At least once.
        void take(const std::optional<double>& first, const std::optional<double>& last,
                  double seconds);
    };
    void put(SensorRecord& record, std::size_t sensor) const;

    const Sensors& sensors_;
    std::vector<EnergyCounter> counters_;
    std::vector<Seen> seen_;
    double seconds_ = 0;
};

}  // namespace assay
