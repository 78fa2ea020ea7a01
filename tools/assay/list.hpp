// SPDX-License-Identifier: Apache-2.0
// The four lists of `assay list`. Each prints its answer and returns the exit code.
#pragma once

#include <string>
#include <vector>

namespace assay {

struct ListOptions {
    std::string suite, filter;
    bool fresh = false;
    bool json = false;
    std::vector<std::string> plugin_path, suite_path;
};

int list_plugins(const ListOptions& options);
int list_devices(const ListOptions& options);
int list_suites(const ListOptions& options);
int list_cases(const ListOptions& options);

}  // namespace assay
