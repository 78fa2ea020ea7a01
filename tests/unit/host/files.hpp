// SPDX-License-Identifier: Apache-2.0
// Plugin files for tests: those of tests/plugins/broken, and copies of them with a fault patched
// in.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace assay::test {

/// The broken plugin of that name, as built.
std::filesystem::path broken(const std::string& name);

std::string bytes_of(const std::filesystem::path& file);

/// A folder of its own, removed with all in it.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    /// Writes a file there and returns its path.
    [[nodiscard]] std::filesystem::path file(const std::string& name,
                                             const std::string& bytes) const;

private:
    std::filesystem::path path_;
};

}  // namespace assay::test
