// SPDX-License-Identifier: Apache-2.0
#include "tools/assay/attended_run.hpp"

#include "tools/assay/interrupt.hpp"
#include "tools/assay/progress.hpp"

namespace assay {

RunResult attended_run(RunOptions options, bool quiet) {
    ProgressPrinter printer{progress_style(quiet)};
    options.progress = [&printer](const Progress& progress) { printer.show(progress); };
    options.note = [&printer](const std::string& text) { printer.note(text); };
    options.interrupted = interrupted;
    return run_suite(options);
}

}  // namespace assay
