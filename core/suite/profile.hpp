// SPDX-License-Identifier: Apache-2.0
// How much measuring: the sampling plan (research/statistics 1.1, performance 5).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace assay {

/// Every setting of the plan; recorded in the result file, defaults included.
struct Profile {
    std::string name = "default";
    int passes = 10;                   ///< Fresh processes, each runs every case once.
    double warmup_seconds = 0.3;       ///< Busy time of a case before its readings count.
    double device_warmup_seconds = 1;  ///< Busy time of the device before the first case of a pass.
    double reading_seconds = 0.002;    ///< Aim for one reading: 1 to 10 ms (performance 5).
    int min_readings = 30;             ///< Per case and pass, for calls short enough.
    int floor_readings = 5;            ///< Fewer than this within max_seconds: too slow, skipped.
    double min_seconds = 0.4;          ///< Measured time per case and pass, at least.
    double max_seconds = 5;            ///< Cap on measured time per case and pass.
    double precision = 0.0025;         ///< Stop when the interval of the median is ± this.
    double turn_seconds = 0.15;        ///< Cases of a group take turns of this length.
    double margin = 0.02;              ///< The least difference that matters, for compare.
};

template <class Self, class Visitor>
void describe(Self& profile,
              Visitor&& field) requires std::is_same_v<std::remove_const_t<Self>, Profile> {
    field("name", profile.name);
    field("passes", profile.passes);
    field("warmup_seconds", profile.warmup_seconds);
    field("device_warmup_seconds", profile.device_warmup_seconds);
    field("reading_seconds", profile.reading_seconds);
    field("min_readings", profile.min_readings);
    field("floor_readings", profile.floor_readings);
    field("min_seconds", profile.min_seconds);
    field("max_seconds", profile.max_seconds);
    field("precision", profile.precision);
    field("turn_seconds", profile.turn_seconds);
    field("margin", profile.margin);
}

/// quick (5 passes), default (10), publish (20); nothing for another name.
std::optional<Profile> find_profile(std::string_view name);

}  // namespace assay
