// SPDX-License-Identifier: Apache-2.0
// How much sessions (boots, days) of one machine differ beyond what passes differ by: a variance
// component of ln t. Source: research/statistics 1.1, 1.7; one-way random analysis of variance
// (Searle, Casella & McCulloch, Variance Components, 1992, ch. 3).
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace assay {

/// One case in one session: how many passes, and mean and variance of ln of their medians.
struct SessionMoments {
    int passes = 0;
    double mean_log = 0, variance_log = 0;
};

/// Sessions that measured the same cases under the same settings: cases[k] holds one for each
/// session that has case k.
struct SessionGroup {
    std::vector<std::vector<SessionMoments>> cases;
};

struct SessionSpread {
    double sd = 0;       ///< Between sessions, of ln t; 0 when the passes explain all of it.
    double upper95 = 0;  ///< One-sided 95 % upper limit of that sd.
    int sessions = 0;
    int freedom = 0;  ///< Sessions less groups: the cases of a session count as one.

    /// sd * t_{.975, freedom} / 1.96: a spread known from few sessions widens an interval by more.
    [[nodiscard]] double counted_sd() const;
};

/// Per case (MSB - MSW) / n0, averaged over the cases and groups with their sessions as weights,
/// and only then cut off at 0. Upper limit: (MSB / F_{.05} - MSW) / n0 likewise. Nothing without a
/// case that has two sessions and more passes than sessions.
std::optional<SessionSpread> session_spread(std::span<const SessionGroup> groups);

}  // namespace assay
