// SPDX-License-Identifier: Apache-2.0
#include "core/result/energy.hpp"

#include <algorithm>

#include "core/base/text.hpp"

namespace assay {
namespace {

using Chosen = std::vector<const SensorRecord*>;

/// An energy counter says joules, or why it does not; a thermometer says neither.
bool counts_energy(const SensorRecord& sensor) {
    return sensor.kind == "energy";
}

/// What is added up for one record.
Chosen counters_of(const CaseRecord& record) {
    Chosen of_device, of_host;
    if (!record.sensors) return {};
    for (const SensorRecord& each : *record.sensors) {
        if (counts_energy(each)) (each.owner == "device" ? of_device : of_host).push_back(&each);
    }
    for (const char* scope : {"board", "package", "chip"}) {
        const auto found =
            std::ranges::find(of_device, scope, [](const SensorRecord* s) { return s->scope; });
        if (found != of_device.end()) return {*found};
    }
    return of_device.empty() ? of_host : Chosen{of_device.front()};
}

std::string name_of(const SensorRecord& sensor) {
    return sensor.source + " " + sensor.name;
}

struct Sum {
    double joules = 0, seconds = 0, invocations = 0;
    std::optional<double> idle_watts;
    std::vector<std::string> sensors;
};

/// Of all of them together; nothing when one has none.
std::optional<double> idle_watts_of(const Chosen& counters) {
    double watts = 0;
    for (const SensorRecord* each : counters) {
        if (!each->idle_watts) return {};
        watts += *each->idle_watts;
    }
    return watts;
}

/// "" or the fault of a counter.
std::string add(const CaseRecord& record, Sum& sum) {
    const Chosen counters = counters_of(record);
    if (counters.empty()) return "a pass has no counters";
    sum.sensors.clear();
    for (const SensorRecord* each : counters) {
        if (!each->joules) return name_of(*each) + " " + each->fault.value_or("has no value");
        sum.joules += *each->joules;
        sum.sensors.push_back(name_of(*each));
    }
    if (!sum.idle_watts) sum.idle_watts = idle_watts_of(counters);
    sum.seconds += counters.front()->seconds;
    sum.invocations += static_cast<double>(record.sample->readings_ns.size()) *
                       static_cast<double>(record.sample->invocations);
    return "";
}

}  // namespace

std::optional<Energy> energy_of(const std::vector<const CaseRecord*>& records, std::string& why) {
    why.clear();
    const auto has = [](const CaseRecord* each) { return !counters_of(*each).empty(); };
    if (std::ranges::none_of(records, has)) return {};
    Sum sum;
    for (const CaseRecord* each : records) {
        if (each->load && each->load->search) return {};
        why = add(*each, sum);
        if (!why.empty()) return {};
    }
    if (sum.seconds <= 0 || sum.invocations <= 0) return {};
    return Energy{sum.joules / sum.seconds, sum.joules / sum.invocations, sum.idle_watts,
                  join(sum.sensors, ", ")};
}

std::optional<double> highest_celsius(const std::vector<const CaseRecord*>& records) {
    std::optional<double> highest;
    for (const CaseRecord* record : records) {
        if (!record->sensors) continue;
        for (const SensorRecord& each : *record->sensors) {
            if (!each.highest_celsius) continue;
            highest = std::max(highest.value_or(*each.highest_celsius), *each.highest_celsius);
        }
    }
    return highest;
}

}  // namespace assay
