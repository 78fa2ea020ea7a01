// SPDX-License-Identifier: Apache-2.0
#include "core/result/session.hpp"

#include <cmath>

#include "core/stat/distribution.hpp"

namespace assay {

double assumed_session_sd(const Machine& machine, const DeviceRecord& device) {
    const bool shared = !machine.hypervisor.empty() && device.kind == "cpu";
    return shared ? 0.03 : 0.005;
}

Interval across_sessions(const Interval& interval, double session_sd) {
    if (interval.confidence <= 0) return interval;
    const double session = normal_quantile((1 + interval.confidence) / 2) * session_sd;
    const auto moved = [&](double bound) {
        const double half = std::log(bound / interval.center);
        return interval.center * std::exp(std::copysign(std::hypot(half, session), half));
    };
    Interval wider = interval;
    wider.low = moved(interval.low);
    wider.high = moved(interval.high);
    // Passes without any spread have bounds on the centre, which say no side.
    if (!(interval.low < interval.center)) wider.low = interval.center * std::exp(-session);
    if (!(interval.high > interval.center)) wider.high = interval.center * std::exp(session);
    return wider;
}

}  // namespace assay
