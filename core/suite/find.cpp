// SPDX-License-Identifier: Apache-2.0
// Suites by name, in folders.
#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/suite/suite.hpp"

namespace assay {

namespace fs = std::filesystem;

std::vector<std::string> list_suites(const std::vector<fs::path>& folders) {
    std::vector<std::string> found;
    for (const fs::path& folder : folders) {
        std::error_code error;
        for (fs::recursive_directory_iterator each(folder, error), end; each != end && !error;
             each.increment(error)) {
            const fs::path relative = each->path().lexically_relative(folder);
            const std::string first = relative.begin()->string();
            if (each->path().extension() != ".toml" || first == "shapes" || first == "models") {
                continue;
            }
            found.push_back(fs::path(relative).replace_extension().generic_string());
        }
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

fs::path find_suite(const std::string& name_or_path, const std::vector<fs::path>& folders) {
    if (fs::is_regular_file(name_or_path)) return name_or_path;
    for (const fs::path& folder : folders) {
        for (const char* ending : {"", ".toml"}) {
            const fs::path candidate = folder / (name_or_path + ending);
            if (fs::is_regular_file(candidate)) return candidate;
        }
    }
    const auto known = list_suites(folders);
    const std::string near = nearest(name_or_path, known);
    throw Error("no suite '" + printable(name_or_path, 200) + "'" +
                (near.empty() ? "" : ", did you mean '" + near + "'?") +
                (known.empty() ? "; no suites were found" : "; there is " + join(known, ", ")));
}

}  // namespace assay
