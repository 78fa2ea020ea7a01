// SPDX-License-Identifier: Apache-2.0
#include "core/measure/plan.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/unit/scale.hpp"

namespace assay {

double cap_seconds(const Case& each, const Profile& profile) {
    return each.max_seconds > 0 ? each.max_seconds : profile.max_seconds;
}

TurnPlan plan_turn(double seconds, Measure measure, const Profile& profile) {
    constexpr double most_invocations = 1e6;
    const double batch =
        std::clamp(std::round(profile.reading_seconds / seconds), 1.0, most_invocations);
    TurnPlan plan;
    plan.invocations = measure == Measure::latency ? 1 : static_cast<std::int64_t>(batch);
    const double reading = seconds * static_cast<double>(plan.invocations);
    plan.readings = static_cast<int>(
        std::clamp(std::round(profile.turn_seconds / reading), 1.0, 1.0 * max_turn_readings));
    return plan;
}

std::string too_slow(double seconds, double cap, const Profile& profile) {
    const double needed = seconds * profile.floor_readings;
    if (needed <= cap) return "";
    return fmt::format("too slow: one invocation takes {}, {} readings need {}, the cap is {}",
                       format(seconds, Unit::second, 3), profile.floor_readings,
                       format(needed, Unit::second, 3), format(cap, Unit::second, 3));
}

Gemm small_twin(const Gemm& gemm) {
    constexpr std::int64_t side = 192;
    Gemm twin = gemm;
    twin.m = std::min(gemm.m, side);
    twin.n = std::min(gemm.n, side);
    twin.k = std::min(gemm.k, side);
    twin.batch = 1;
    twin.constant_b = false;
    return twin;
}

}  // namespace assay
