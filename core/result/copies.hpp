// SPDX-License-Identifier: Apache-2.0
// Passes that are copies of each other: they would make an interval narrower than it is.
// Source: research/statistics 2.1, S15.
#pragma once

#include <string>

#include "core/result/summary.hpp"

namespace assay {

/// "passes 0 and 3 hold the same readings", "" when no two measured passes do. Only of real clocks,
/// where noise never repeats; a virtual clock may have none.
std::string copied_passes(const CaseSummary& summary);

}  // namespace assay
