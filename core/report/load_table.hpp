// SPDX-License-Identifier: Apache-2.0
// How the cases under load stood it, under the table of a run: docs/scenarios.md.
#pragma once

#include <string>
#include <vector>

#include "core/report/table.hpp"
#include "core/result/summary.hpp"

namespace assay {

/// "" when no case is under load.
std::string load_table(const std::vector<const CaseSummary*>& rows, Dialect dialect);

/// "p90 within 12.3 ms", "met in 5 of 5 passes", "sustains 112 to 118 queries/s (94 %)": what the
/// scenario is for. `load` is the row's.
std::string load_verdict_text(const CaseSummary& row);

}  // namespace assay
