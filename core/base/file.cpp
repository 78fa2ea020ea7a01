// SPDX-License-Identifier: Apache-2.0
// Files by POSIX calls, because a result must be on the disk before anybody relies on it:
// fsync(2) and rename(2) are what iostreams do not offer.
#include "core/base/file.hpp"

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/descriptor.hpp"
#include "core/base/error.hpp"

namespace assay {
namespace {

namespace fs = std::filesystem;

struct CloseFolder {
    void operator()(DIR* folder) const { closedir(folder); }
};

/// What a person can do about `reason`, as the tail of a message.
std::string advice(int reason) {
    switch (reason) {
        case EEXIST:
            return "; give another name or ask to replace it";
        case ENOSPC:
            return "; free some space and try again";
        case EROFS:
        case EACCES:
            return "; choose a place you may write to or read from";
        default:
            return "";
    }
}

[[noreturn]] void fail(const fs::path& path, std::string_view what, int reason) {
    throw Error(
        fmt::format("{}: {}: {}{}", path.string(), what, std::strerror(reason), advice(reason)));
}

fs::path folder_of(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

Descriptor open_to_write(const fs::path& path, int flags) {
    Descriptor file(open(path.c_str(), flags | O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
    if (file.valid()) return file;
    const int reason = errno;
    std::error_code ignored;
    if (reason == ENOENT && !fs::exists(folder_of(path), ignored)) {
        throw Error(fmt::format("{}: cannot write: there is no folder {}; make it first",
                                path.string(), folder_of(path).string()));
    }
    fail(path, "cannot write", reason);
}

/// Makes a new or renamed entry of a folder survive a power cut.
void sync_folder_of(const fs::path& path) {
    const Descriptor folder(open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.valid()) fsync(folder.get());  // Some file systems cannot; nothing more to do.
}

/// True, or errno says why not. Partial writes and interruptions are gone on with.
bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = write(fd, text.data(), text.size());
        if (written < 0 && errno != EINTR) return false;
        if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

/// fdatasync, but devices and pipes, which cannot, are no error.
bool sync_data(int fd) {
    return fdatasync(fd) == 0 || errno == EINVAL || errno == EROFS;
}

void refuse_unless_regular(const fs::path& path, mode_t mode) {
    if (S_ISREG(mode)) return;
    throw Error(fmt::format("{}: {}; a regular file is needed", path.string(),
                            S_ISDIR(mode) ? "is a folder" : "is a device or a pipe"));
}

std::string read_at_most(const Descriptor& file, const fs::path& path, std::uint64_t max_bytes) {
    std::string text;
    char piece[65536];
    for (;;) {
        const ssize_t got = read(file.get(), piece, sizeof piece);
        if (got == 0) return text;
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail(path, "cannot read", errno);
        text.append(piece, static_cast<std::size_t>(got));
        if (text.size() > max_bytes) {
            throw Error(fmt::format("{}: larger than {} bytes, the limit; is it the right file?",
                                    path.string(), max_bytes));
        }
    }
}

/// The file a write to `path` means: the target when it is a symbolic link.
fs::path target_of(const fs::path& path) {
    std::error_code error;
    const fs::path target = fs::canonical(path, error);
    if (error) return path;
    struct stat status {};
    if (stat(target.c_str(), &status) == 0) refuse_unless_regular(path, status.st_mode);
    return target;
}

/// A name for what will take the place of `target`; a file left there by a killed process that had
/// our id is removed.
fs::path temporary_beside(const fs::path& target) {
    fs::path temporary = target;
    temporary += fmt::format(".tmp-{}", getpid());
    unlink(temporary.c_str());
    return temporary;
}

/// Some file systems have no locks: there two writers are the caller's fault.
void lock(const Descriptor& file, const fs::path& path) {
    if (flock(file.get(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
    throw Error(fmt::format("{}: another process is writing it; wait for it, or give another name",
                            path.string()));
}

void write_and_sync(const fs::path& path, const fs::path& temporary, std::string_view text) {
    const Descriptor file = open_to_write(temporary, O_EXCL);
    if (!write_all(file.get(), text) || fsync(file.get()) != 0) fail(path, "cannot write", errno);
}

}  // namespace

std::vector<std::string> names_in(const fs::path& folder) {
    std::vector<std::string> names;
    const std::unique_ptr<DIR, CloseFolder> open(opendir(folder.c_str()));
    if (!open) return names;
    while (const dirent* entry = readdir(open.get())) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
    }
    return names;
}

std::string read_file(const fs::path& path, std::uint64_t max_bytes) {
    // O_NONBLOCK: opening a pipe by mistake must fail below, not wait for a writer.
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (!file.valid() || fstat(file.get(), &status) != 0) fail(path, "cannot read", errno);
    refuse_unless_regular(path, status.st_mode);
    return read_at_most(file, path, max_bytes);
}

void write_whole(const fs::path& path, std::string_view text) {
    const fs::path target = target_of(path);
    const fs::path temporary = temporary_beside(target);
    try {
        write_and_sync(path, temporary, text);
        if (rename(temporary.c_str(), target.c_str()) != 0) fail(path, "cannot replace", errno);
    } catch (...) {
        unlink(temporary.c_str());
        throw;
    }
    sync_folder_of(target);
}

AppendFile::AppendFile(const fs::path& path, Open how) : path_(path) {
    struct stat status {};
    const bool exists = stat(path.c_str(), &status) == 0;
    if (how == Open::replace && exists && S_ISREG(status.st_mode)) {
        replace(target_of(path));
        return;
    }
    file_ = open_to_write(path, (how == Open::create_new ? O_EXCL : 0) | O_APPEND);
    lock(file_, path);
    if (!exists) unborn_ = path;
    sync_folder_of(path);
}

void AppendFile::replace(const fs::path& target) {
    old_ = open_to_write(target, 0);
    lock(old_, path_);
    fs::path temporary = temporary_beside(target);
    file_ = open_to_write(temporary, O_EXCL | O_APPEND);
    unborn_ = std::move(temporary);
    replaced_ = target;
    lock(file_, path_);
    struct stat status {};
    if (fstat(old_.get(), &status) == 0) fchmod(file_.get(), status.st_mode & 07777U);
}

AppendFile::~AppendFile() {
    if (!unborn_.empty()) unlink(unborn_.c_str());
}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::move(other.file_)),
      old_(std::move(other.old_)),
      unborn_(std::exchange(other.unborn_, {})),
      replaced_(std::move(other.replaced_)) {}

/// After the first append: the file has its name, for good.
void AppendFile::come_to_stay() {
    if (!replaced_.empty()) {
        if (rename(unborn_.c_str(), replaced_.c_str()) != 0) fail(path_, "cannot replace", errno);
        sync_folder_of(replaced_);
    }
    unborn_.clear();
    old_ = Descriptor();
}

void AppendFile::cut(std::uint64_t bytes) {
    struct stat status {};
    if (fstat(file_.get(), &status) == 0 && !S_ISREG(status.st_mode)) return;
    if (ftruncate(file_.get(), static_cast<off_t>(bytes)) != 0) fail(path_, "cannot cut", errno);
}

void AppendFile::append(std::string_view text) {
    struct stat before {};
    const bool sized = fstat(file_.get(), &before) == 0 && S_ISREG(before.st_mode);
    if (write_all(file_.get(), text) && sync_data(file_.get())) {
        if (!unborn_.empty()) come_to_stay();
        return;
    }
    const int reason = errno;
    // Half a record must not stay behind the whole ones.
    if (sized && ftruncate(file_.get(), before.st_size) != 0) fail(path_, "cannot cut", errno);
    fail(path_, "cannot append", reason);
}

}  // namespace assay
