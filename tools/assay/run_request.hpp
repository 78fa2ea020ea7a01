// SPDX-License-Identifier: Apache-2.0
// What was written after `assay run`, and what it means.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/supervise/run_options.hpp"
#include "tools/assay/command_line.hpp"

namespace assay {

/// The words of the command line, not yet understood.
struct RunRequest {
    std::string suite, device, filter, profile, affinity, output, precision, max_time, hang_after;
    std::vector<std::string> plugins, ab, plugin_path, suite_path;
    std::optional<int> passes, threads;
    std::optional<std::uint64_t> seed;
    bool force = false, resume = false, anonymous = false, in_process = false;
    bool dry_run = false, json = false, quiet = false, together = false;
};

/// The options of `assay run`; their values go to `request`.
std::vector<Option> run_option_table(RunRequest& request);

/// Finds the suite and the plugins and lays the options over the profile.
/// Says on stderr which plugin it took when none was named. Throws UsageError or Error.
RunOptions run_options(const RunRequest& request);

/// The plugin taken when none is named: the first one found that is a vendor's and has a device
/// here; only without any the reference. Throws Error when there is none at all.
std::string default_plugin(const std::vector<std::filesystem::path>& found);

}  // namespace assay
