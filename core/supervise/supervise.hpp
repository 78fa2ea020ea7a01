// SPDX-License-Identifier: Apache-2.0
// The supervisor: starts a worker process for each pass of each subject, hears what it says, writes
// the result file. It never loads a plugin. A worker that dies costs one row, not the run.
#pragma once

#include "core/supervise/run_options.hpp"

namespace assay {

/// How a run ended.
struct RunResult {
    std::filesystem::path file;
    EndRecord end;
    std::vector<std::string> kept_logs;  ///< Worker logs kept because something failed.
};

/// Runs the suite on every subject; the file is readable at every moment. Throws Error when it
/// cannot start (no such device, unwritable output, nothing to run).
RunResult run_suite(const RunOptions& options);

/// What a plugin says of itself and its devices, asked in a worker.
struct Probe {
    PluginRecord plugin;
    std::vector<DeviceRecord> devices;
    std::vector<std::vector<PeakRecord>> peaks;  ///< By device.
    std::string error;                           ///< Why it cannot be used; then the rest is empty.
};

/// Asks a plugin in a worker of `program`. Never throws for a bad plugin: see Probe::error.
Probe probe_plugin(const std::filesystem::path& program, const SubjectOptions& subject);

/// The worker's main: reads one job from descriptor 3, answers on descriptor 4. Returns the exit
/// code. Only `assay worker` calls it.
int worker_main();

/// The version and build of this program.
ToolRecord this_tool();

}  // namespace assay
