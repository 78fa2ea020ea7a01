// SPDX-License-Identifier: Apache-2.0
#include "tools/assay/embedded_suite.hpp"

#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "core/base/text.hpp"

namespace assay {
namespace {

namespace fs = std::filesystem;

/// A folder suites/ of its own, gone with it.
class SuitesFolder {
public:
    SuitesFolder() {
        std::string pattern = (fs::temp_directory_path() / "assay-suite-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) throw Error(pattern + ": cannot be made");
        base_ = pattern;
    }
    ~SuitesFolder() {
        std::error_code ignored;
        fs::remove_all(base_, ignored);
    }
    SuitesFolder(const SuitesFolder&) = delete;
    SuitesFolder& operator=(const SuitesFolder&) = delete;

    /// Throws Error for a path that is not below the folder.
    void write(const fs::path& relative, const std::string& text) const {
        const fs::path inside = relative.lexically_normal();
        if (inside.empty() || inside.is_absolute() || *inside.begin() == "..") {
            throw Error(fmt::format("the suite's file '{}' leaves its folder",
                                    printable(relative.string(), 100)));
        }
        const fs::path file = path() / inside;
        fs::create_directories(file.parent_path());
        write_whole(file, text);
    }
    [[nodiscard]] fs::path path() const { return base_ / "suites"; }

private:
    fs::path base_;
};

}  // namespace

Suite embedded_suite(const SuiteRecord& record) {
    if (record.files.empty()) throw Error("the file holds no suite");
    const SuitesFolder folder;
    const fs::path suite = record.name + ".toml";
    folder.write(suite, record.files.front().second);
    for (std::size_t i = 1; i < record.files.size(); ++i) {
        const auto& [path, text] = record.files[i];
        if (text.ends_with(not_kept)) {
            throw Error(fmt::format(
                "of the suite's file '{}' there is only the hash: it was too large to be kept; "
                "`assay run` the suite itself, where that file is, and compare",
                printable(path, 100)));
        }
        // A shape list's path is from the suite's folder, a model's from suites/.
        const fs::path root =
            fs::path(path).begin()->string() == "models" ? fs::path() : suite.parent_path();
        folder.write(root / path, text);
    }
    Suite loaded = load_suite(folder.path() / suite);
    if (loaded.sha256 != record.sha256) {
        throw Error(
            "the suite in the file expands to other cases than were run: it was written by "
            "another version of this program");
    }
    return loaded;
}

}  // namespace assay
