// SPDX-License-Identifier: Apache-2.0
// What one session (one run) cannot know of itself: how far another run on the same machine may be
// off as a whole. What is assumed where nobody measured it (assay aa), and what that does to an
// interval. Why these figures: docs/decisions/0008-a-virtual-machine-is-never-one-session.md.
#pragma once

#include "core/result/record.hpp"
#include "core/stat/sample.hpp"

namespace assay {

/// Standard deviation between sessions of ln t that is assumed: 0.03 for the CPU of a virtual
/// machine, whose neighbours come and go; 0.005 for everything else (research/statistics 1.7).
double assumed_session_sd(const Machine& machine, const DeviceRecord& device);

/// The interval with another session's spread added: half widths on logarithms, in quadrature.
/// An interval that states nothing (confidence 0) stays as it is.
Interval across_sessions(const Interval& interval, double session_sd);

}  // namespace assay
