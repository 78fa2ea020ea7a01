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

namespace {

constexpr std::int64_t side = 192;

Gemm smaller(const Gemm& gemm, std::int64_t scale) {
    Gemm twin = gemm;
    twin.m = std::min(gemm.m, side * scale);
    twin.n = std::min(gemm.n, side * scale);
    twin.k = std::min(gemm.k, side * scale);
    twin.batch = std::min(gemm.batch, scale);
    return twin;
}

void shrink(Shape& shape, std::size_t first, std::size_t last, std::int64_t most) {
    for (std::size_t i = first; i < std::min(last, shape.size()); ++i) {
        shape[i] = std::min(shape[i], most);
    }
}

/// At scale 1 one image of 32 x 32 at most, 128 tokens, 192 rows: what is left keeps its channels
/// and heads.
OperatorWork smaller(const OperatorWork& work, std::int64_t scale) {
    OperatorWork twin = work;
    const bool images = work.op == OpKind::conv || work.op == OpKind::pool;
    const bool last_channels = work.layout == Layout::channels_last;
    switch (work.op) {
        case OpKind::matmul:
            shrink(twin.x, 0, twin.x.size() - 1, twin.x.size() > 2 ? scale : side * scale);
            break;
        case OpKind::attention:
            shrink(twin.x, 2, 3, 128 * scale);
            shrink(twin.y, 2, 3, 128 * scale);
            twin.lengths = std::min<std::int64_t>(twin.lengths, 128 * scale);
            break;
        case OpKind::grouped_matmul:
            shrink(twin.x, 0, 1, side * scale);
            break;
        default:
            shrink(twin.x, 0, 1, scale);
    }
    if (images)
        shrink(twin.x, last_channels ? 1 : 2, twin.x.size() - (last_channels ? 1 : 0), 32 * scale);
    return invalid(twin).empty() ? twin : work;
}

}  // namespace

Workload small_twin(const Workload& workload, std::int64_t scale) {
    if (std::holds_alternative<Inference>(workload)) return workload;  // has twins of its own
    if (const auto* gemm = std::get_if<Gemm>(&workload)) return smaller(*gemm, scale);
    if (const auto* work = std::get_if<OperatorWork>(&workload)) return smaller(*work, scale);
    return workload;
}

}  // namespace assay
