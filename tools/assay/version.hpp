// SPDX-License-Identifier: Apache-2.0
// What `assay --version` prints.
#pragma once

#include <string>

namespace assay {

/// Version, commit, compiler, plugin ABI, result schema and libraries, a line each.
std::string version_text();

}  // namespace assay
