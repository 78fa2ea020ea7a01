// SPDX-License-Identifier: Apache-2.0
#include "core/stat/sessions.hpp"

#include <algorithm>
#include <cmath>

#include "core/stat/distribution.hpp"

namespace assay {
namespace {

/// One case's analysis of variance over its sessions.
struct Anova {
    double between = 0, within = 0;  ///< Mean squares.
    double each = 0;                 ///< n0: passes of a session, evened out (Searle 3.6).
    double sessions = 0, freedom_within = 0;
};

std::optional<Anova> anova(const std::vector<SessionMoments>& sessions) {
    double passes = 0, squares = 0, sum = 0, inside = 0;
    for (const SessionMoments& session : sessions) {
        const double n = session.passes;
        passes += n;
        squares += n * n;
        sum += n * session.mean_log;
        inside += (n - 1) * session.variance_log;
    }
    Anova result;
    result.sessions = static_cast<double>(sessions.size());
    result.freedom_within = passes - result.sessions;
    if (result.sessions < 2 || result.freedom_within < 1) return std::nullopt;
    const double mean = sum / passes;
    for (const SessionMoments& session : sessions) {
        const double off = session.mean_log - mean;
        result.between += session.passes * off * off / (result.sessions - 1);
    }
    result.within = inside / result.freedom_within;
    result.each = (passes - squares / passes) / (result.sessions - 1);
    return result;
}

/// P(F <= x) = I_{d1 x / (d1 x + d2)}(d1 / 2, d2 / 2).
double f_quantile(double p, double d1, double d2) {
    double low = 0, high = 1;  // p is far below 1/2: the quantile is below 2.
    const auto below = [&](double x) {
        return incomplete_beta(d1 / 2, d2 / 2, d1 * x / (d1 * x + d2)) < p;
    };
    while (below(high)) high *= 2;
    for (int i = 0; i < 200 && low < high; ++i) {
        const double middle = (low + high) / 2;
        (below(middle) ? low : high) = middle;
    }
    return high;
}

}  // namespace

double SessionSpread::counted_sd() const {
    return freedom < 1 ? sd : sd * student_quantile(0.975, freedom) / normal_quantile(0.975);
}

std::optional<SessionSpread> session_spread(std::span<const SessionGroup> groups) {
    SessionSpread spread;
    std::vector<Anova> cases;
    double weights = 0, freedom_within = 0;
    for (const SessionGroup& group : groups) {
        int most = 0;
        for (const std::vector<SessionMoments>& sessions : group.cases) {
            const std::optional<Anova> found = anova(sessions);
            if (!found) continue;
            cases.push_back(*found);
            weights += found->sessions - 1;
            freedom_within += found->freedom_within;
            most = std::max(most, static_cast<int>(sessions.size()));
        }
        spread.sessions += most;
        spread.freedom += std::max(0, most - 1);
    }
    if (cases.empty()) return std::nullopt;
    const double f = f_quantile(0.05, spread.freedom, freedom_within);
    double variance = 0, upper = 0;
    for (const Anova& each : cases) {
        const double weight = (each.sessions - 1) / weights;
        variance += weight * (each.between - each.within) / each.each;
        upper += weight * (each.between / f - each.within) / each.each;
    }
    spread.sd = std::sqrt(std::max(0.0, variance));
    spread.upper95 = std::sqrt(std::max({0.0, variance, upper}));
    return spread;
}

}  // namespace assay
