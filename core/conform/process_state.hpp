// SPDX-License-Identifier: Apache-2.0
// What a plugin may change in the process it is loaded into, read from the kernel; and functions
// run in a second process.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace assay {

int thread_count();                            ///< Of this process; -1 unknown.
int open_descriptors();                        ///< -1 unknown.
std::uint64_t resident_bytes();                ///< 0 unknown.
std::uint64_t virtual_bytes();                 ///< 0 unknown.
std::vector<std::string> open_device_nodes();  ///< "/dev/nvidia0"; not null, zero, random, ttys.

/// Everything that a call must leave as it was.
struct Surroundings {
    std::vector<std::string> environment;
    std::string locale, folder;
    std::vector<std::uint64_t> signal_handlers;
    std::vector<unsigned char> floating_point;  ///< Rounding, flush to zero, traps.
    std::vector<unsigned char> affinity;
    int nice = 0;
};
Surroundings surroundings();
/// "" when they are equal, else what differs: "the locale".
std::string difference(const Surroundings& before, const Surroundings& after);

/// How a function in a second process ended.
struct Elsewhere {
    std::string text;      ///< What it returned.
    bool in_time = false;  ///< Else it was killed.
    int signal = 0;        ///< That ended it, or 0.
    int exit_code = 0;     ///< When no signal did.
    double end_s = 0;      ///< From the end of the function to the end of the process.
};

/// What a forked process does after the function: _exit, or exit() with all its handlers.
enum class Leave : std::uint8_t { at_once, by_exit };

/// Runs `function` in a fork of this process, before a plugin is loaded here: a fork has no
/// threads. Killed after `limit_s`.
Elsewhere run_elsewhere(const std::function<std::string()>& function, double limit_s,
                        Leave leave = Leave::at_once);

}  // namespace assay
