// SPDX-License-Identifier: Apache-2.0
// Where the program finds suites and itself, and where it leaves results, logs and its cache.
#include "tools/assay/paths.hpp"

#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <unistd.h>

#include "core/base/clock.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/host/search.hpp"

namespace assay {
namespace fs = std::filesystem;

std::vector<fs::path> suite_folders(const std::vector<std::string>& from_flags) {
    std::vector<fs::path> folders(from_flags.begin(), from_flags.end());
    if (const char* variable = std::getenv("ASSAY_SUITE_PATH"))
        for (const std::string& folder : split(variable, ':'))
            if (!folder.empty()) folders.emplace_back(folder);
    folders.push_back((program_folder() / "../share/assay/suites").lexically_normal());
    return folders;
}

fs::path program_file() {
    std::error_code failed;
    fs::path file = fs::read_symlink("/proc/self/exe", failed);
    if (failed) throw Error("/proc/self/exe: cannot be read: " + failed.message());
    return file;
}

fs::path cache_folder() {
    const char* cache = std::getenv("XDG_CACHE_HOME");
    if (cache != nullptr && *cache == '/') return fs::path{cache} / "assay";
    const char* home = std::getenv("HOME");
    return home != nullptr && *home == '/' ? fs::path{home} / ".cache/assay" : fs::path{};
}

fs::path default_output(const std::string& suite, const std::vector<std::string>& labels) {
    std::string name = "assay-" + suite + "-" + join(labels, "-") + "-";
    for (const char character : utc_now())
        if (character != '-' && character != ':') name += character;
    for (char& character : name)
        if (std::isalnum(static_cast<unsigned char>(character)) == 0 && character != '.')
            character = '-';
    return fs::path{"."} / (name.substr(0, 200) + ".jsonl");
}

void check_output(const fs::path& file, bool replace) {
    const std::string name = printable(file.string());
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path{"."};
    if (!fs::is_directory(folder))
        throw Error(
            fmt::format("{}: there is no folder {}; create it, or choose another file with -o",
                        name, printable(folder.string())));
    if (fs::exists(file) && !replace)
        throw Error(name +
                    ": exists already; choose another file with -o, or --force to replace it");
    if (fs::exists(file) && !fs::is_regular_file(file))
        throw Error(name + ": is not a regular file; choose another with -o");
    const fs::path& written = fs::exists(file) ? file : folder;
    if (access(written.c_str(), W_OK) != 0)
        throw Error(fmt::format("{}: cannot be written: {}; choose another file with -o", name,
                                std::strerror(errno)));
}

void print_answer(const std::string& text) {
    bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    if (!text.empty() && text.back() != '\n') written = std::fputc('\n', stdout) != EOF && written;
    if (!written || std::fflush(stdout) != 0)
        throw Error(fmt::format("stdout: cannot be written: {}", std::strerror(errno)));
}

}  // namespace assay
