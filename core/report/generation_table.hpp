// SPDX-License-Identifier: Apache-2.0
// Tokens a second, time to first token and time per output token of the cases that generate text,
// under the table of a run: docs/scenarios.md.
#pragma once

#include <string>
#include <vector>

#include "core/report/table.hpp"
#include "core/result/summary.hpp"

namespace assay {

/// "" when no case generates.
std::string generation_table(const std::vector<const CaseSummary*>& rows, Dialect dialect);

}  // namespace assay
