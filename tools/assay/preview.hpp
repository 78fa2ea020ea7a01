// SPDX-License-Identifier: Apache-2.0
// `assay run --dry-run`: what would run, and how long it is likely to take.
#pragma once

#include <string>

#include "core/supervise/run_options.hpp"

namespace assay {

std::string preview_text(const RunOptions& options);
std::string preview_json(const RunOptions& options);

}  // namespace assay
