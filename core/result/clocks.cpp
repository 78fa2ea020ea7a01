// SPDX-License-Identifier: Apache-2.0
#include "core/result/clocks.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/result/roofs.hpp"

namespace assay {
namespace {

constexpr double most_spread = 0.1;  // chosen: peaks at either end differ by more than rows do

/// The chip's own clock, of the device's plugin; null without one.
const SensorRecord* clock_in(const CaseRecord& record) {
    if (!record.sensors) return nullptr;
    const auto found = std::ranges::find_if(*record.sensors, [](const SensorRecord& each) {
        return each.owner == "device" && each.kind == "clock" && each.scope == "chip";
    });
    return found == record.sensors->end() ? nullptr : &*found;
}

}  // namespace

std::optional<double> clock_of(const std::vector<const CaseRecord*>& records, std::string& why) {
    why.clear();
    const auto has = [](const CaseRecord* each) { return clock_in(*each) != nullptr; };
    if (std::ranges::none_of(records, has)) return {};
    double cycles = 0, seconds = 0, lowest = 0, highest = 0;
    for (const CaseRecord* record : records) {
        const SensorRecord* clock = clock_in(*record);
        const bool known = clock != nullptr && clock->mean_hz && clock->lowest_hz &&
                           clock->highest_hz && clock->seconds > 0;
        if (!known) {
            why = clock == nullptr ? "a pass has none" : clock->fault.value_or("has no value");
            return {};
        }
        cycles += *clock->mean_hz * clock->seconds;
        seconds += clock->seconds;
        lowest = lowest == 0 ? *clock->lowest_hz : std::min(lowest, *clock->lowest_hz);
        highest = std::max(highest, *clock->highest_hz);
    }
    const double mean = cycles / seconds;
    if (highest - lowest <= most_spread * mean) return mean;
    why = fmt::format("it was between {:.4g} and {:.4g} MHz beside the readings", lowest * 1e-6,
                      highest * 1e-6);
    return {};
}

std::vector<std::string> throttled_by(const std::vector<const CaseRecord*>& records) {
    std::vector<std::string> all;
    for (const CaseRecord* record : records) {
        if (!record->sensors) continue;
        for (const SensorRecord& each : *record->sensors) {
            if (!each.throttled_by) continue;
            all.insert(all.end(), each.throttled_by->begin(), each.throttled_by->end());
        }
    }
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

double highest_peak_at(const std::vector<PeakRecord>& peaks, Dtype operand, double clock_hz) {
    const PeakRecord* highest = highest_peak_record(peaks, operand);
    if (highest == nullptr || highest->at_clock_hz == 0) return 0;
    return highest->ops_per_s * clock_hz / static_cast<double>(highest->at_clock_hz);
}

}  // namespace assay
