// SPDX-License-Identifier: Apache-2.0
// Where plugins are looked for. No list of vendors anywhere: a plugin is a file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace assay {

/// The folders, first wins: those of --plugin-path, then $ASSAY_PLUGIN_PATH (colon-separated), then
/// ../lib/assay (and ../<libdir>/assay) beside this program.
std::vector<std::filesystem::path> plugin_folders(const std::vector<std::string>& from_flags);

/// The file of plugin `name` ("onednn" is onednn.so), or of a path (it holds a '/').
/// Throws Error that names the folders looked in, the plugins there, and the nearest name.
std::filesystem::path find_plugin(const std::string& name,
                                  const std::vector<std::filesystem::path>& folders);

/// All plugin files in `folders`, sorted by name; a name found twice counts once, the first wins.
std::vector<std::filesystem::path> list_plugins(const std::vector<std::filesystem::path>& folders);

/// The folder of this program (/proc/self/exe).
std::filesystem::path program_folder();

}  // namespace assay
