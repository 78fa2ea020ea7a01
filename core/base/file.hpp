// SPDX-License-Identifier: Apache-2.0
// Files, whole or appended: nothing half-written, every failure an Error with path and reason.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/descriptor.hpp"

namespace assay {

/// Reads a regular file of at most `max_bytes` bytes. Throws Error when it is missing, a folder,
/// unreadable or larger.
std::string read_file(const std::filesystem::path& path, std::uint64_t max_bytes = 1ULL << 30);

/// The names in a folder, without "." and "..", in no order; none where it cannot be read. By
/// POSIX: libstdc++'s directory iterators allocate where no exception can leave, and so end the
/// process when memory is short (12.2, _Dir::advance).
std::vector<std::string> names_in(const std::filesystem::path& folder);

/// Writes a whole file or none: temporary file beside it, sync, rename. Throws Error.
void write_whole(const std::filesystem::path& path, std::string_view text);

/// A file that only grows. Each append is on the disk (fdatasync) when append() returns.
class AppendFile {
public:
    enum class Open { create_new, replace, extend };

    /// create_new: Error if the file exists. replace: takes the old one's place with the first
    /// append. extend: goes on at the end. A file that is new and gets no append does not stay.
    /// Error when another AppendFile, of any process, has it open.
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
    void replace(const std::filesystem::path& target);
    void come_to_stay();

    std::filesystem::path path_;
    Descriptor file_, old_;           ///< old_: what is replaced, locked until then.
    std::filesystem::path unborn_;    ///< Removed unless something is appended; "" once it was.
    std::filesystem::path replaced_;  ///< What unborn_ will be then; "": it has its name already.
};

}  // namespace assay
