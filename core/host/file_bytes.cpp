// SPDX-License-Identifier: Apache-2.0
// pread, not a mapping: a file that shrinks while it is read must not end in SIGBUS.
#include "core/host/file_bytes.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace assay {
namespace {

/// chosen: ten times the symbol tables of the largest libraries known to us (about 30 MB).
constexpr std::uint64_t max_table_bytes = 300U << 20U;

}  // namespace

FileBytes::FileBytes(const std::filesystem::path& file)
    : descriptor_(open(file.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) throw Refusal{std::string("cannot be read: ") + std::strerror(errno)};
    const off_t end = lseek(descriptor_, 0, SEEK_END);
    size_ = end < 0 ? 0 : static_cast<std::uint64_t>(end);
}

FileBytes::~FileBytes() {
    close(descriptor_);
}

void FileBytes::require_count(std::uint64_t count, std::uint64_t size, const std::string& what) {
    if (count > max_table_bytes / size) {
        throw Refusal{"is damaged: " + what + " after " + std::to_string(count) + " entries"};
    }
}

void FileBytes::require_range(std::uint64_t offset, std::uint64_t length,
                              const std::string& what) const {
    if (offset <= size_ && length <= size_ - offset) return;
    const bool overflows = offset > ~0ULL - length;
    throw Refusal{"is cut short: " + what + " at byte " +
                  std::to_string(overflows ? ~0ULL : offset + length) + ", the file has " +
                  std::to_string(size_)};
}

void FileBytes::read_exactly(char* to, std::uint64_t length, std::uint64_t offset) const {
    while (length > 0) {
        const ssize_t got = pread(descriptor_, to, length, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw Refusal{std::string("cannot be read: ") + std::strerror(errno)};
        if (got == 0) throw Refusal{"became shorter while it was read"};
        to += got;
        length -= static_cast<std::uint64_t>(got);
        offset += static_cast<std::uint64_t>(got);
    }
}

}  // namespace assay
