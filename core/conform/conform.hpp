// SPDX-License-Identifier: Apache-2.0
// Runs checks of a plugin, each in a process of its own: the one that asks never loads the plugin.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/conform/plugin_check.hpp"

namespace assay {

/// What a plugin says of itself.
struct Introduction {
    std::string id, name, version;
};

struct CheckResult {
    const PluginCheck* check = nullptr;
    PluginFinding finding;
    double seconds = 0;
};

struct Conformance {
    Introduction plugin;     ///< Empty when it cannot be loaded.
    std::string sha256;      ///< Of its file.
    std::string not_loaded;  ///< Why it cannot be loaded; "" when it can.
    std::vector<CheckResult> results;

    [[nodiscard]] int count(Ending ending) const;
    /// No failure, crash or hang, and it could be loaded.
    [[nodiscard]] bool conforms() const;
    /// "conformance 1.0: 51 pass, 0 fail, 4 skipped, … of org.example.foo 1.2 (sha256 …)".
    [[nodiscard]] std::string line() const;
};

/// The revision of the list of checks, in the line that results cite.
inline constexpr const char* conformance_revision = "1.0";

/// Runs `checks` in processes of `program` (its subcommand `conform`), one after the other; a
/// check that needs a plugin which cannot be loaded is skipped. `heard` may be empty. Throws Error
/// when the file cannot be read or no process can be started.
Conformance check_plugin(const std::filesystem::path& program, const Candidate& candidate,
                         const std::vector<const PluginCheck*>& checks,
                         const std::function<void(const CheckResult&)>& heard);

/// The main of such a process: one check's job on descriptor 3, its finding on descriptor 4. Only
/// `assay conform` calls it.
int conform_main();

}  // namespace assay
