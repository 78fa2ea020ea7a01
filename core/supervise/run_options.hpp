// SPDX-License-Identifier: Apache-2.0
// What `assay run` was asked for, after the command line was understood.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/result/record.hpp"
#include "core/result/run.hpp"
#include "core/suite/suite.hpp"

namespace assay {

/// One --plugin: "onednn:threads=1".
struct SubjectOptions {
    std::string label;  ///< As written.
    std::string name;   ///< "onednn".
    std::filesystem::path path;
    KeyValues options;
    std::string device;  ///< Which of its devices: choose_devices(); "" the first.
};

/// Parses "NAME[:key=value,…]" and finds the plugin. Throws Error.
SubjectOptions parse_subject(const std::string& text,
                             const std::vector<std::filesystem::path>& plugin_folders);

/// What progress is told with.
struct Progress {
    int done = 0, total = 0;  ///< Case records.
    int pass = 0, passes = 0;
    std::string subject, case_id, phase;
    double elapsed_seconds = 0, remaining_seconds = 0;
};

struct RunOptions {
    Suite suite;
    std::string filter;
    Profile profile;
    std::vector<SubjectOptions> subjects;
    bool lockstep = false;              ///< Two subjects whose workers take turns (--ab).
    bool together = false;              ///< Each alone, and all at one instant (--together).
    int threads = 0;                    ///< 0: the plugin's choice.
    std::string affinity;               ///< CPU list "0-3,8"; "" none.
    std::optional<double> precision;    ///< Stein's two-stage rule for the passes: 0.01 for ±1 %.
    std::optional<double> max_seconds;  ///< No pass is begun that would end later.
    std::uint64_t order_seed = 1;
    std::filesystem::path output;
    bool replace = false;  ///< --force.
    bool resume = false;   ///< Go on with `output`, if it is there.
    bool anonymous = false;
    bool in_process = false;
    std::optional<double> hang_seconds;  ///< SessionSettings::hang_seconds.
    std::vector<std::string> command_line;
    std::filesystem::path program;     ///< This program: the worker is the same file.
    std::filesystem::path log_folder;  ///< Where workers' stdout and stderr go.

    std::function<void(const Progress&)> progress;  ///< At most a few times a second.
    std::function<void(const std::string&)> note;   ///< One line for stderr.
    std::function<bool()> interrupted;              ///< Ctrl-C was pressed.
};

}  // namespace assay
