// SPDX-License-Identifier: Apache-2.0
#include "core/host/search.hpp"

#include <algorithm>

#include <catch2/catch.hpp>
#include <stdlib.h>

#include "core/base/error.hpp"
#include "tests/unit/host/files.hpp"

namespace {

namespace fs = std::filesystem;
using assay::find_plugin;
using assay::list_plugins;
using assay::plugin_folders;
using assay::test::TemporaryFolder;

/// Sets $ASSAY_PLUGIN_PATH for one test.
class PluginPath {
public:
    explicit PluginPath(const char* value) { setenv("ASSAY_PLUGIN_PATH", value, 1); }
    ~PluginPath() { unsetenv("ASSAY_PLUGIN_PATH"); }
    PluginPath(const PluginPath&) = delete;
    PluginPath& operator=(const PluginPath&) = delete;
};

}  // namespace

TEST_CASE("folders are those of flags, then of the variable, then beside the program",
          "[host][search]") {
    const PluginPath variable("/from/variable::/from/flag");
    const auto folders = plugin_folders({"/from/flag"});
    REQUIRE(folders.size() >= 3);
    CHECK(folders[0] == "/from/flag");
    CHECK(folders[1] == "/from/variable");
    const fs::path beside = (assay::program_folder() / ".." / "lib" / "assay").lexically_normal();
    CHECK(folders[2] == beside);
    CHECK(std::count(folders.begin(), folders.end(), fs::path("/from/flag")) == 1);
    CHECK(std::count(folders.begin(), folders.end(), fs::path()) == 0);
}

TEST_CASE("a plugin is found by name, the first folder wins", "[host][search]") {
    const TemporaryFolder first, second;
    const auto wanted = first.file("onednn.so", "x");
    static_cast<void>(second.file("onednn.so", "x"));
    const auto other = second.file("cuda.so", "x");
    CHECK(find_plugin("onednn", {first.path(), second.path()}) == wanted);
    CHECK(find_plugin("cuda", {first.path(), second.path()}) == other);
    CHECK(find_plugin(other.string(), {}) == other);
    CHECK(list_plugins({"/no/such/folder", first.path(), second.path()}) ==
          std::vector<fs::path>{other, wanted});
}

TEST_CASE("only files with the ending of a plugin are listed", "[host][search]") {
    const TemporaryFolder folder;
    static_cast<void>(folder.file("notes.txt", "x"));
    fs::create_directory(folder.path() / "folder.so");
    CHECK(list_plugins({folder.path()}).empty());
}

TEST_CASE("a plugin that is nowhere is an error with folders, names and the nearest",
          "[host][search]") {
    const TemporaryFolder folder;
    const std::string where = folder.path().string();
    CHECK_THROWS_WITH(
        find_plugin("onednn", {folder.path()}),
        "no plugin 'onednn' in " + where + "; there is no plugin at all (use --plugin-path)");
    static_cast<void>(folder.file("onednn.so", "x"));
    static_cast<void>(folder.file("reference.so", "x"));
    CHECK_THROWS_WITH(find_plugin("onednm", {folder.path(), "/else"}),
                      "no plugin 'onednm' in " + where +
                          ", /else; did you mean 'onednn'? There are: onednn, reference");
    CHECK_THROWS_WITH(find_plugin("hopper", {folder.path()}),
                      "no plugin 'hopper' in " + where + "; there are: onednn, reference");
    CHECK_THROWS_WITH(find_plugin("./nothing.so", {}), "./nothing.so: no such plugin file");
    CHECK_THROWS_AS(find_plugin("", {folder.path()}), assay::Error);
}
