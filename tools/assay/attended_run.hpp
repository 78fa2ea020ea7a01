// SPDX-License-Identifier: Apache-2.0
// A run that a person waits for: its progress on stderr, ended by Ctrl-C. What becomes of its file
// is the command's business.
#pragma once

#include "core/supervise/supervise.hpp"

namespace assay {

/// run_suite() with progress, notes and interruption; the caller has called catch_interrupts().
RunResult attended_run(RunOptions options, bool quiet);

}  // namespace assay
