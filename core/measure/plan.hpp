// SPDX-License-Identifier: Apache-2.0
// Decisions before and between timed batches, as pure functions of times: how many invocations make
// a reading, how many readings make a turn, what is too slow. research/performance 5.
#pragma once

#include <cstdint>
#include <string>

#include "core/measure/loop.hpp"
#include "core/suite/case.hpp"
#include "core/suite/profile.hpp"
#include "core/workload/gemm.hpp"

namespace assay {

/// Readings kept of one case in one pass, at most: a latency case would fill the file.
inline constexpr int max_readings = 1000;
/// Readings of one turn, at most, so that quick calls too are spread over several turns.
inline constexpr int max_turn_readings = 100;

/// Seconds that a case may be measured in a pass: its own cap, else the profile's.
double cap_seconds(const Case& each, const Profile& profile);

/// Batch and turn for calls of `seconds` each (> 0). Latency: one invocation a reading.
TurnPlan plan_turn(double seconds, Measure measure, const Profile& profile);

/// "" or "too slow: …" when `profile.floor_readings` calls of `seconds` do not fit into the cap.
std::string too_slow(double seconds, double cap, const Profile& profile);

/// A small problem of the same types, to guess what a call of the large one will take; calls below
/// this many operations are simply tried. What is constant stays so: a plugin may have nothing
/// else. `scale` times the sides of the smallest there is, never more than the workload's own; with
/// a scale that is large enough it is the workload itself.
inline constexpr double try_flop = 2e9;
Workload small_twin(const Workload& workload, std::int64_t scale = 1);

}  // namespace assay
