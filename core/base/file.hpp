// SPDX-License-Identifier: Apache-2.0
// Files, whole or appended: nothing half-written, every failure an Error with path and reason.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace assay {

/// Reads a regular file of at most `max_bytes` bytes. Throws Error when it is missing, a folder,
/// unreadable or larger.
std::string read_file(const std::filesystem::path& path, std::uint64_t max_bytes = 1ULL << 30);

/// Writes a whole file or none: temporary file beside it, sync, rename. Throws Error.
void write_whole(const std::filesystem::path& path, std::string_view text);

/// A file that only grows. Each append is on the disk (fdatasync) when append() returns.
class AppendFile {
public:
    enum class Open { create_new, replace, extend };

    /// create_new: Error if the file exists. replace: truncates. extend: goes on at the end. Error
    /// when another AppendFile, of any process, has it open.
    AppendFile(const std::filesystem::path& path, Open how);
    ~AppendFile();
    AppendFile(AppendFile&& other) noexcept;
    AppendFile& operator=(AppendFile&&) = delete;

    /// Appends all of `text` or throws Error; what was appended before stays whole.
    void append(std::string_view text);

    /// Leaves the first `bytes` bytes. Throws Error.
    void cut(std::uint64_t bytes);

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
    int descriptor_ = -1;
};

}  // namespace assay
