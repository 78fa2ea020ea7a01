// SPDX-License-Identifier: Apache-2.0
// A plugin is a file NAME.so in one of a few folders.
#include "core/host/search.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "core/base/text.hpp"

namespace assay {
namespace {

namespace fs = std::filesystem;

void add_once(std::vector<fs::path>& folders, const fs::path& folder) {
    const fs::path normal = folder.lexically_normal();
    if (std::find(folders.begin(), folders.end(), normal) == folders.end()) {
        folders.push_back(normal);
    }
}

std::string not_found(const std::string& name, const std::vector<fs::path>& folders) {
    std::vector<std::string> looked_in;
    for (const auto& folder : folders) looked_in.push_back(folder.string());
    std::vector<std::string> names;
    for (const auto& file : list_plugins(folders)) names.push_back(file.stem().string());

    std::string text = "no plugin '" + printable(name) + "' in " + join(looked_in, ", ");
    if (names.empty()) return text + "; there is no plugin at all (use --plugin-path)";
    const std::string near = nearest(name, names);
    if (!near.empty()) text += "; did you mean '" + near + "'?";
    return text + (near.empty() ? "; there are: " : " There are: ") + join(names, ", ");
}

}  // namespace

fs::path program_folder() {
    std::error_code failed;
    const fs::path program = fs::read_symlink("/proc/self/exe", failed);
    if (failed) throw Error("/proc/self/exe: " + failed.message() + " (is /proc mounted?)");
    return program.parent_path();
}

std::vector<fs::path> plugin_folders(const std::vector<std::string>& from_flags) {
    std::vector<fs::path> folders;
    for (const auto& folder : from_flags) add_once(folders, folder);
    if (const char* variable = std::getenv("ASSAY_PLUGIN_PATH")) {
        for (const auto& folder : split(variable, ':')) {
            if (!folder.empty()) add_once(folders, folder);
        }
    }
    const fs::path prefix = program_folder() / "..";
    add_once(folders, prefix / "lib" / "assay");
    add_once(folders, prefix / ASSAY_LIBDIR / "assay");
    return folders;
}

fs::path find_plugin(const std::string& name, const std::vector<fs::path>& folders) {
    std::error_code ignored;
    if (name.find('/') != std::string::npos) {
        if (fs::exists(name, ignored)) return name;
        throw Error(printable(name) + ": no such plugin file");
    }
    for (const auto& folder : folders) {
        const fs::path file = folder / (name + ".so");
        if (!name.empty() && fs::exists(file, ignored)) return file;
    }
    throw Error(not_found(name, folders));
}

std::vector<fs::path> list_plugins(const std::vector<fs::path>& folders) {
    std::map<std::string, fs::path> found;
    for (const auto& folder : folders) {
        for (const std::string& name : names_in(folder)) {
            const fs::path file = folder / name;
            std::error_code missing;
            if (file.extension() != ".so" || fs::is_directory(file, missing)) continue;
            found.emplace(file.stem().string(), file);
        }
    }
    std::vector<fs::path> files;
    files.reserve(found.size());
    for (auto& [name, file] : found) files.push_back(std::move(file));
    return files;
}

}  // namespace assay
