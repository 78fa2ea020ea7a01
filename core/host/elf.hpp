// SPDX-License-Identifier: Apache-2.0
// Looks at a file before it is loaded: is it a plugin for this machine? Runs no code of it.
#pragma once

#include <filesystem>
#include <string>

namespace assay {

/// "" when `file` is a regular, whole ELF shared object of this machine's class and architecture
/// that exports our entry symbol; else one clause that names what is wrong and what to do: "is not
/// a shared library (it begins with text)", "is built for aarch64, this machine is x86-64",
/// "speaks plugin ABI 3, this program speaks 0", "exports no assay_plugin_entry_v0 …".
std::string why_not_a_plugin(const std::filesystem::path& file);

}  // namespace assay
