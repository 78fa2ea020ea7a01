// SPDX-License-Identifier: Apache-2.0
// One question of `assay check plugin`: a rule of the plugin ABI and a function that tries to find
// it broken. The 59 questions and their numbers: research/plugin-abi section 4;
// docs/conformance.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "core/result/record.hpp"

namespace assay {

/// How a check ended. crashed and hanging: the process that ran it did not come to an answer.
enum class Ending : std::uint8_t { pass, fail, warning, skipped, crashed, hanging };
std::string ending_name(Ending ending);  ///< "pass", "hanging" …

struct PluginFinding {
    Ending ending = Ending::pass;
    std::string what;  ///< "" when it passed; else where, what was expected and found.
};

/// What is checked, and how.
struct Candidate {
    std::filesystem::path file;
    std::uint32_t device = 0;
    KeyValues options;       ///< Of device_open and op_prepare.
    std::uint64_t seed = 1;  ///< Of inputs and random sequences.
    double limit_s = 0;      ///< Of every check; 0: its own.
};

/// Ends a check before its end.
struct Stop {
    PluginFinding finding;
};
[[noreturn]] void fail_check(const std::string& what);
[[noreturn]] void skip_check(const std::string& why);
/// Fails the check unless `holds`.
inline void require(bool holds, const std::string& otherwise) {
    if (!holds) fail_check(otherwise);
}

/// Whether a check needs the plugin loaded, or its device opened, before it can find anything.
enum class Needs : std::uint8_t { file, plugin, device };

struct PluginCheck {
    int number = 0;
    char group = 'A';
    Needs needs = Needs::device;
    bool timed = false;  ///< What it finds of times is a warning, never a failure.
    double limit_s = 0;  ///< Hanging after that.
    const char* title = "";
    /// Returns "" or a warning; throws Stop, or an Error, which is a failure.
    std::string (*run)(const Candidate&) = nullptr;

    [[nodiscard]] std::string id() const { return group + std::to_string(number); }  ///< "C13".
};

/// A number of the list that nothing here asks yet.
struct NotChecked {
    int number = 0;
    char group = 'A';
    const char* title = "";
    const char* why = "";
};

/// In the order of their numbers.
std::span<const PluginCheck> plugin_checks();
std::span<const NotChecked> not_checked();

/// Runs a check in this process, which the plugin may end.
PluginFinding find_here(const PluginCheck& check, const Candidate& candidate);

}  // namespace assay
