// SPDX-License-Identifier: Apache-2.0
// A suite: a named list of cases, from one TOML file and the shape lists that it includes.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/suite/case.hpp"
#include "core/suite/profile.hpp"

namespace assay {

struct SuiteFile {
    std::string path;  ///< As included: relative to the suite's folder.
    std::string text;
};

/// How the text ends that stands for a file too large to be kept in results (ONNX, numbers), after
/// its size and hash.
constexpr std::string_view not_kept = ": not kept here\n";

struct Suite {
    std::string name;  ///< The file's path below suites/, without .toml: "gemm/square".
    std::string title;
    std::string description;
    double minutes = 0;   ///< What its author measured for one plugin, default profile; 0 none.
    std::string profile;  ///< The profile it asks for; "" for "default".
    std::vector<SuiteFile> files;  ///< The suite's own text first, then its includes.
    std::string sha256;       ///< Of the keys of all cases, in order: the identity of what is run.
    std::vector<Case> cases;  ///< Expanded; ids are unique.
};

/// Reads and expands a suite. Throws Error "FILE:LINE:COLUMN: what; what to do" for anything that
/// is not understood: an unknown key names the nearest known one.
Suite load_suite(const std::filesystem::path& path);

/// The file for a path, or a name looked for in `folders` ("quick", "gemm/square").
/// Throws Error that lists what there is.
std::filesystem::path find_suite(const std::string& name_or_path,
                                 const std::vector<std::filesystem::path>& folders);

/// Names of all suites below `folders` (shapes/ and models/ are not suites).
std::vector<std::string> list_suites(const std::vector<std::filesystem::path>& folders);

/// The cases that satisfy `filter`: terms joined by spaces, all must hold. A term is FIELD=VALUE
/// (a,b lists allowed, * matches any text), FIELD<N, <=, >, >=, != for numbers, or TEXT found in
/// the id. Fields are those of workload and protocol, and kind, id, group. Throws Error for an
/// unknown field (names the nearest) and when nothing is left.
Suite select(Suite suite, const std::string& filter);

/// Seconds a run is likely to take with `subjects` plugins, from the profile and the cases' sizes.
double expected_seconds(const Suite& suite, const Profile& profile, int subjects);

}  // namespace assay
