// SPDX-License-Identifier: Apache-2.0
// What being at work together costs, below the tables of a run with --together.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "core/report/table.hpp"
#include "core/result/sharing.hpp"

namespace assay {

/// A row for each case and device; "" of a run without --together.
std::string sharing_table(const Run& run, const std::vector<CaseSummary>& summaries,
                          Dialect dialect);

/// The same as a list, numbers in base units.
Json sharing_json(const Run& run, const std::vector<CaseSummary>& summaries);

}  // namespace assay
