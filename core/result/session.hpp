// SPDX-License-Identifier: Apache-2.0
// What one session (one run) cannot know of itself: how far another run on the same machine may be
// off as a whole. As `assay aa` measured it there, else as assumed, and what that does to an
// interval. Why these figures: docs/decisions/0008-a-virtual-machine-is-never-one-session.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result/record.hpp"
#include "core/stat/sample.hpp"
#include "core/stat/sessions.hpp"

namespace assay {

/// Standard deviation between sessions of ln t that is assumed: 0.03 for the CPU of a virtual
/// machine, whose neighbours come and go; 0.005 for everything else (research/statistics 1.7).
double assumed_session_sd(const Machine& machine, const DeviceRecord& device);

/// How much another session differs: the standard deviation of ln t, and where it is from.
struct SessionTerm {
    double sd = 0;
    std::string source;  ///< "3 % assumed in a virtual machine; measure it: assay aa".
};

/// `measured`: what `assay aa` keeps of this machine and plugin.
SessionTerm session_term(const std::optional<SessionSpread>& measured, const Machine& machine,
                         const DeviceRecord& device);

/// What `assay aa` knows of the subjects of a run, in their order; subjects beyond its end:
/// nothing.
using KnownSessions = std::vector<std::optional<SessionSpread>>;

/// The term of one subject of a run.
SessionTerm session_term(const KnownSessions& known, const RunRecord& header, std::size_t subject);

/// The interval with another session's spread added: half widths on logarithms, in quadrature.
/// An interval that states nothing (confidence 0) stays as it is.
Interval across_sessions(const Interval& interval, double session_sd);

}  // namespace assay
