// SPDX-License-Identifier: Apache-2.0
#include "core/result/session.hpp"

#include <cmath>

#include <fmt/format.h>

#include "core/stat/distribution.hpp"

namespace assay {

double assumed_session_sd(const Machine& machine, const DeviceRecord& device) {
    const bool shared = !machine.hypervisor.empty() && device.kind == "cpu";
    return shared ? 0.03 : 0.005;
}

SessionTerm session_term(const std::optional<SessionSpread>& measured, const Machine& machine,
                         const DeviceRecord& device) {
    if (measured) {
        return {measured->counted_sd(),
                fmt::format("session sd {:.2g} %, measured here by assay aa over {} sessions "
                            "(counts as {:.2g} %)",
                            measured->sd * 100, measured->sessions, measured->counted_sd() * 100)};
    }
    const double sd = assumed_session_sd(machine, device);
    return {sd, fmt::format("{:.2g} % assumed{}; measure it: assay aa", sd * 100,
                            sd > 0.01 ? " in a virtual machine" : "")};
}

SessionTerm session_term(const KnownSessions& known, const RunRecord& header, std::size_t subject) {
    const std::optional<SessionSpread> none;
    return session_term(subject < known.size() ? known[subject] : none, header.machine,
                        header.subjects.at(subject).device);
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
