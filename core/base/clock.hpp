// SPDX-License-Identifier: Apache-2.0
// The clocks: CLOCK_MONOTONIC for durations (the host clock of every reading), UTC for dates.
#pragma once

#include <cstdint>
#include <string>

namespace assay {

/// Nanoseconds of CLOCK_MONOTONIC; about 25 ns a call here (vDSO).
std::uint64_t now_ns();

/// Now, as "2026-11-24T04:02:38Z".
std::string utc_now();

}  // namespace assay
