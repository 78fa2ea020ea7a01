// SPDX-License-Identifier: Apache-2.0
// How far the two sides may be off as a whole because they sit in two sessions, and where that
// number is from. Rule: docs/comparing.md (research/statistics 1.7).
#pragma once

#include "core/compare/compare.hpp"

namespace assay {

/// Assumed where nobody measured: research/statistics 1.7.
/// Sets session_sd and session_source of the report, whose sides and `paired` are set.
void take_session_sd(ComparisonReport& report, const CompareOptions& options);

}  // namespace assay
