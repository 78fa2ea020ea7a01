// SPDX-License-Identifier: Apache-2.0
// Files: whole or not at all, and messages that name the path and the reason.
#include "core/base/file.hpp"

#include <fstream>

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.hpp"
#include "tests/unit/base/folder.hpp"

using Catch::Contains;
using namespace assay;
namespace fs = std::filesystem;

namespace {

std::size_t entries(const fs::path& folder) {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("a file reads back as it was written, zero bytes included", "[base][file]") {
    const TemporaryFolder folder;
    const std::string text("a\0b\n\xff", 5);
    write_whole(folder.path / "x", text);
    CHECK(read_file(folder.path / "x") == text);
    write_whole(folder.path / "x", "");
    CHECK(read_file(folder.path / "x").empty());
}

TEST_CASE("writing a whole file leaves no temporary file beside it", "[base][file]") {
    const TemporaryFolder folder;
    write_whole(folder.path / "x", "one");
    write_whole(folder.path / "x", "two");
    CHECK(read_file(folder.path / "x") == "two");
    CHECK(entries(folder.path) == 1);
}

TEST_CASE("writing through a symbolic link keeps the link", "[base][file]") {
    const TemporaryFolder folder;
    write_whole(folder.path / "target", "old");
    fs::create_symlink("target", folder.path / "link");
    write_whole(folder.path / "link", "new");
    CHECK(fs::is_symlink(folder.path / "link"));
    CHECK(read_file(folder.path / "target") == "new");
}

TEST_CASE("a whole file is not written over a folder or a device", "[base][file]") {
    const TemporaryFolder folder;
    CHECK_THROWS_WITH(write_whole(folder.path, "x"), Contains("is a folder"));
    CHECK_THROWS_WITH(write_whole("/dev/null", "x"), Contains("/dev/null: is a device"));
}

TEST_CASE("reading says which file and why not", "[base][file]") {
    const TemporaryFolder folder;
    CHECK_THROWS_WITH(read_file(folder.path / "none"),
                      Contains("/none: cannot read: No such file or directory"));
    CHECK_THROWS_WITH(read_file(folder.path), Contains("is a folder"));
    REQUIRE(mkfifo((folder.path / "pipe").c_str(), 0600) == 0);
    CHECK_THROWS_WITH(read_file(folder.path / "pipe"), Contains("is a device or a pipe"));
}

TEST_CASE("a file larger than the limit is refused, one of just that size is not", "[base][file]") {
    const TemporaryFolder folder;
    write_whole(folder.path / "x", std::string(1000, 'x'));
    CHECK(read_file(folder.path / "x", 1000).size() == 1000);
    CHECK_THROWS_WITH(read_file(folder.path / "x", 999), Contains("larger than 999 bytes"));
}

TEST_CASE("a missing folder is named when a file cannot be made in it", "[base][file]") {
    const TemporaryFolder folder;
    const fs::path path = folder.path / "no" / "x";
    CHECK_THROWS_WITH(write_whole(path, "x"), Contains("there is no folder"));
    CHECK_THROWS_WITH(AppendFile(path, AppendFile::Open::create_new), Contains("make it first"));
}

TEST_CASE("after a long name the reason and the remedy are still said", "[base][file]") {
    const std::string name(200, 'a');
    std::string path = "/nowhere";
    while (path.size() < 3000) path += "/" + name;
    CHECK_THROWS_WITH(read_file(path), Contains("No such file or directory"));
    CHECK_THROWS_WITH(AppendFile(path, AppendFile::Open::create_new), Contains("make it first"));
    CHECK_THROWS_WITH(read_file(std::string(100'000, 'a')), Contains("File name too long"));
}

TEST_CASE("a file that is being written has one writer", "[base][file]") {
    const TemporaryFolder folder;
    AppendFile first(folder.path / "x", AppendFile::Open::create_new);
    first.append("kept");
    for (const auto how : {AppendFile::Open::extend, AppendFile::Open::replace}) {
        CHECK_THROWS_WITH(AppendFile(folder.path / "x", how),
                          Contains("another process is writing it"));
    }
    CHECK(read_file(folder.path / "x") == "kept");
}

TEST_CASE("what is cut off is gone, and appending goes on there", "[base][file]") {
    const TemporaryFolder folder;
    write_whole(folder.path / "x", "one\ntw");
    AppendFile file(folder.path / "x", AppendFile::Open::extend);
    file.cut(4);
    file.append("two\n");
    CHECK(read_file(folder.path / "x") == "one\ntwo\n");
}

TEST_CASE("create_new refuses a file that exists and leaves it alone", "[base][file]") {
    const TemporaryFolder folder;
    write_whole(folder.path / "x", "kept");
    CHECK_THROWS_WITH(AppendFile(folder.path / "x", AppendFile::Open::create_new),
                      Contains("File exists; give another name"));
    CHECK(read_file(folder.path / "x") == "kept");
}

TEST_CASE("extend goes on at the end, replace begins anew", "[base][file]") {
    const TemporaryFolder folder;
    const fs::path path = folder.path / "x";
    AppendFile(path, AppendFile::Open::create_new).append("one\n");
    AppendFile(path, AppendFile::Open::extend).append("two\n");
    CHECK(read_file(path) == "one\ntwo\n");
    AppendFile(path, AppendFile::Open::replace).append("three\n");
    CHECK(read_file(path) == "three\n");
}

TEST_CASE("what is replaced stays until there is something in its place", "[base][file]") {
    const TemporaryFolder folder;
    const fs::path path = folder.path / "x";
    write_whole(path, "old");
    {
        const AppendFile nothing(path, AppendFile::Open::replace);
        CHECK(read_file(path) == "old");
    }
    CHECK(read_file(path) == "old");
    AppendFile file(path, AppendFile::Open::replace);
    file.append("new ");
    file.append("lines");
    CHECK(read_file(path) == "new lines");
    CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 1);
}

TEST_CASE("a replaced file keeps its permissions and a link its target", "[base][file]") {
    const TemporaryFolder folder;
    write_whole(folder.path / "x", "old");
    fs::permissions(folder.path / "x", fs::perms::owner_read | fs::perms::owner_write);
    fs::create_symlink("x", folder.path / "link");
    AppendFile(folder.path / "link", AppendFile::Open::replace).append("new");
    CHECK(fs::is_symlink(folder.path / "link"));
    CHECK(read_file(folder.path / "x") == "new");
    CHECK(fs::status(folder.path / "x").permissions() ==
          (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("a new file to which nothing was appended does not stay", "[base][file]") {
    const TemporaryFolder folder;
    { const AppendFile nothing(folder.path / "x", AppendFile::Open::create_new); }
    CHECK_FALSE(fs::exists(folder.path / "x"));
}

TEST_CASE("an append that fails is an error with the reason", "[base][file]") {
    AppendFile full("/dev/full", AppendFile::Open::extend);
    CHECK_THROWS_WITH(full.append("x"), Contains("/dev/full: cannot append: No space left"));
}

TEST_CASE("a moved file goes on appending", "[base][file]") {
    const TemporaryFolder folder;
    AppendFile first(folder.path / "x", AppendFile::Open::create_new);
    AppendFile second(std::move(first));
    second.append("x");
    CHECK(read_file(second.path()) == "x");
}
