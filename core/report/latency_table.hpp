// SPDX-License-Identifier: Apache-2.0
// The percentiles of the cases measured by latency, under the table of a run.
#pragma once

#include <string>
#include <vector>

#include "core/report/table.hpp"
#include "core/result/summary.hpp"
#include "core/result/tails.hpp"

namespace assay {

/// "" when no case is measured by latency.
std::string latency_table(const Run& run, const std::vector<const CaseSummary*>& rows,
                          Dialect dialect);

/// "12.3 ms ±2.1 %", "12.3 ms ±2.1 % (low n)", "n/a (n=250 < 368)".
std::string tail_cell(const Tail& tail);

}  // namespace assay
