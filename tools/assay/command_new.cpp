// SPDX-License-Identifier: Apache-2.0
// `assay new plugin NAME`: a folder to start from, which builds, passes the checks and runs a suite
// as it is. The folder is a copy of plugins/template (or template_c) under another name.
#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/host/search.hpp"
#include "tools/assay/commands.hpp"
#include "tools/assay/paths.hpp"

namespace assay {
namespace {

namespace fs = std::filesystem;

struct Language {
    const char* name;
    const char* folder;  ///< In share/assay; also the word in its files that stands for the name.
};
constexpr std::array languages = {Language{"c++", "template"}, Language{"c", "template_c"}};

const Language& find_language(const std::string& wanted) {
    for (const Language& each : languages)
        if (wanted.empty() || wanted == each.name) return each;
    throw UsageError(fmt::format("--language: no '{}'; there are c++ and c", printable(wanted)));
}

/// Throws UsageError unless it can be a file's name, a CMake target and part of a C++ name at once.
void check_name(const std::string& name) {
    const auto fits = [](unsigned char letter) {
        return std::islower(letter) != 0 || std::isdigit(letter) != 0 || letter == '_';
    };
    if (name.size() <= 32 && std::islower(static_cast<unsigned char>(name.front())) != 0 &&
        std::all_of(name.begin(), name.end(), fits)) {
        return;
    }
    throw UsageError(fmt::format(
        "'{}' cannot be a plugin's name: a small letter, then at most 31 small letters, digits, _",
        printable(name)));
}

/// "my_chip" -> "MyChip".
std::string camel_case(const std::string& name) {
    std::string made;
    for (const std::string& word : split(name, '_'))
        if (!word.empty())
            made += static_cast<char>(std::toupper(static_cast<unsigned char>(word[0]))) +
                    word.substr(1);
    return made;
}

bool in_word(char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
}

/// `text` with every whole word `word` replaced.
std::string with_word(const std::string& text, const std::string& word, const std::string& by) {
    std::string made;
    std::size_t done = 0;
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        const bool whole =
            (at == 0 || !in_word(text[at - 1])) && (end == text.size() || !in_word(text[end]));
        if (!whole) continue;
        made += text.substr(done, at - done) + by;
        done = end;
    }
    return made + text.substr(done);
}

/// The folder of the templates: installed with the program, in the build tree a link to plugins/.
fs::path template_folder(const Language& language) {
    const fs::path folder =
        (program_folder() / "../share/assay" / language.folder).lexically_normal();
    if (fs::is_directory(folder)) return folder;
    throw Error(fmt::format("{}: is not there; install Assay again: its component sdk brings it",
                            printable(folder.string())));
}

/// Removes what was begun unless it was finished.
class NewFolder {
public:
    explicit NewFolder(const fs::path& target)
        : target_(target), begun_(target.string() + ".part") {
        if (fs::exists(fs::symlink_status(target)))
            throw Error(printable(target.string()) + ": exists already; choose another with -o");
        std::error_code failed;
        if (!fs::create_directory(begun_, failed))
            throw Error(fmt::format("{}: cannot be made: {}; choose another folder with -o",
                                    printable(begun_.string()),
                                    failed ? failed.message() : "it exists already"));
        owned_ = true;
    }
    ~NewFolder() {
        std::error_code ignored;
        if (owned_) fs::remove_all(begun_, ignored);
    }
    NewFolder(const NewFolder&) = delete;
    NewFolder& operator=(const NewFolder&) = delete;

    [[nodiscard]] const fs::path& path() const { return begun_; }
    void finish() {
        std::error_code failed;
        fs::rename(begun_, target_, failed);
        if (failed)
            throw Error(fmt::format("{}: cannot be made: {}", printable(target_.string()),
                                    failed.message()));
        owned_ = false;
    }

private:
    fs::path target_, begun_;
    bool owned_ = false;
};

void copy_renamed(const fs::path& from, const fs::path& to, const Language& language,
                  const std::string& name) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(from))
        if (entry.is_regular_file()) files.push_back(entry.path());
    for (const fs::path& file : files) {
        const std::string text = with_word(read_file(file, 1 << 20), language.folder, name);
        write_whole(to / file.filename(), with_word(text, "Template", camel_case(name)));
    }
}

class NewCommand : public Command {
public:
    [[nodiscard]] std::string name() const override { return "new"; }
    [[nodiscard]] std::string summary() const override {
        return "Write a plugin's folder to start from: it builds and runs as it is.";
    }
    [[nodiscard]] std::string examples() const override {
        return "  assay new plugin mychip\n"
               "  assay new plugin mychip --language c -o plugins/mychip\n";
    }
    std::vector<Option> options() override {
        return {
            {"WHAT", "", &what_, "plugin", true},
            {"NAME", "", &name_, "of the plugin: small letters, digits, _", true},
            {"--language", "L", &language_, "c++ (with the SDK, the shorter one) or c (c++)"},
            {"-o,--output", "FOLDER", &output_, "where to (./NAME)"},
        };
    }
    int run() override {
        if (what_ != "plugin") {
            throw UsageError(
                fmt::format("cannot write a new '{}'; plugin can be", printable(what_)));
        }
        const Language& language = find_language(language_);
        if (name_.empty()) throw UsageError("the plugin's name is empty");
        check_name(name_);
        const fs::path target = output_.empty() ? fs::path{name_} : fs::path{output_};
        NewFolder folder(target);
        copy_renamed(template_folder(language), folder.path(), language, name_);
        folder.finish();
        print_answer(next_steps(target.string()));
        return ExitCode::done;
    }

private:
    [[nodiscard]] std::string next_steps(const std::string& folder) const {
        const std::string prefix = (program_folder() / "..").lexically_normal().parent_path();
        return fmt::format(
            "{0} is a plugin that works: f32 GEMM in plain loops. Its README.md says what to "
            "change.\n"
            "  cmake -S {0} -B {0}/build -DCMAKE_PREFIX_PATH={1}\n"
            "  cmake --build {0}/build\n"
            "  assay check plugin {0}/build/{2}.so\n"
            "  assay run gemm/square --plugin {0}/build/{2}.so --profile quick\n",
            printable(folder), printable(prefix), name_);
    }

    std::string what_, name_, language_, output_;
};

}  // namespace

std::unique_ptr<Command> make_new_command() {
    return std::make_unique<NewCommand>();
}

}  // namespace assay
