// SPDX-License-Identifier: Apache-2.0
// Opens a shared library: the one door to Boost.DLL. For this folder and core/conform. Libraries
// stay open for ever (abi.h R8): exceptions, callbacks and threads of a plugin have their code in
// it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "assay/plugin.h"

namespace assay {

/// Opens `file` (rtld_now | rtld_local) and returns its entry. Throws Error, a clause that begins
/// with a verb: "needs libX.so.1, which is not installed …".
assay_plugin_entry_fn open_entry(const std::filesystem::path& file);

/// What the system's loader said (dlerror text, after "FILE: "), as a clause for people.
/// `file` is the plugin: a message about another file is about a library that it needs.
std::string explain_load_failure(std::string_view dlerror, const std::filesystem::path& file);

}  // namespace assay
