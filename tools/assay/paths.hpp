// SPDX-License-Identifier: Apache-2.0
// Where the program finds suites and itself, and where it leaves results, logs and its cache.
// Where plugins are found is core/host/search.hpp's.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace assay {

/// Suite folders, first wins: those of --suite-path, then $ASSAY_SUITE_PATH (colon-separated),
/// then ../share/assay/suites beside this program.
std::vector<std::filesystem::path> suite_folders(const std::vector<std::string>& from_flags);

/// This program's file: workers are started from it. Throws Error.
std::filesystem::path program_file();

/// $XDG_CACHE_HOME/assay, else ~/.cache/assay; empty when there is neither variable.
std::filesystem::path cache_folder();

/// "./assay-gemm-square-onednn-20261124T040238Z.jsonl": safe in any folder.
std::filesystem::path default_output(const std::string& suite,
                                     const std::vector<std::string>& labels);

/// Throws Error when `file` cannot be created: it exists (and not `replace`), its folder does not,
/// or may not be written.
void check_output(const std::filesystem::path& file, bool replace);

/// Writes an answer to stdout, with an end of line. Throws Error when it does not arrive (a full
/// disk, a closed pipe).
void print_answer(const std::string& text);

}  // namespace assay
