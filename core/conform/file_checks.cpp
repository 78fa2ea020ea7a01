// SPDX-License-Identifier: Apache-2.0
// Group A: the file, before any of its code runs (A3 asks the system's loader).
#include <algorithm>
#include <array>
#include <charconv>

#include <dlfcn.h>
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/conform/checks.hpp"
#include "core/conform/elf_facts.hpp"
#include "core/host/elf.hpp"

namespace assay {
namespace {

/// "GLIBC_2.34" of prefix "GLIBC_" -> {2, 34, 0}; zeros when it is none.
std::array<int, 3> version_numbers(const std::string& text, const std::string& prefix) {
    std::array<int, 3> numbers{};
    if (text.rfind(prefix, 0) != 0) return numbers;
    const auto parts = split(text.substr(prefix.size()), '.');
    for (std::size_t i = 0; i < std::min(parts.size(), numbers.size()); ++i) {
        std::from_chars(parts[i].data(), parts[i].data() + parts[i].size(), numbers.at(i));
    }
    return numbers;
}

/// The oldest systems that a binary plugin should still load on: glibc 2.28 and GCC 8's
/// libstdc++, those of RHEL 8.
struct Baseline {
    const char* prefix;
    const char* newest;
};
constexpr std::array baselines{Baseline{"GLIBC_", "2.28"}, Baseline{"GLIBCXX_", "3.4.25"},
                               Baseline{"CXXABI_", "1.3.11"}};

/// The newest of `versions` with the prefix; "" when there is none.
std::string newest_of(const std::vector<std::string>& versions, const std::string& prefix) {
    std::string newest;
    for (const std::string& each : versions) {
        const bool newer = version_numbers(each, prefix) > version_numbers(newest, prefix);
        if (each.rfind(prefix, 0) == 0 && newer) newest = each;
    }
    return newest;
}

bool is_entry(const std::string& symbol) {
    constexpr std::string_view prefix = "assay_plugin_entry_v";
    if (symbol.rfind(prefix, 0) != 0 || symbol.size() == prefix.size()) return false;
    return std::all_of(symbol.begin() + prefix.size(), symbol.end(),
                       [](char c) { return c >= '0' && c <= '9'; });
}

bool is_sanitizer(const std::string& name) {
    constexpr std::array marks{"__asan_", "__tsan_", "__msan_",  "__ubsan_",   "__hwasan_",
                               "libasan", "libtsan", "libubsan", "libclang_rt"};
    return std::any_of(marks.begin(), marks.end(),
                       [&](const char* mark) { return name.rfind(mark, 0) == 0; });
}

bool begins_with_any(const std::string& folder, std::initializer_list<const char*> beginnings) {
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [&](const char* each) { return folder.rfind(each, 0) == 0; });
}

}  // namespace

std::string check_file(const Candidate& candidate) {
    const std::string why = why_not_a_plugin(candidate.file);
    require(why.empty(), "it " + why);
    return "";
}

std::string check_exports(const Candidate& candidate) {
    const ElfFacts facts = read_elf_facts(candidate.file);
    std::vector<std::string> others;
    for (const std::string& each : facts.exported) {
        if (!is_entry(each)) others.push_back(each);
    }
    if (others.empty()) return "";
    const std::size_t count = others.size();
    others.resize(std::min<std::size_t>(count, 3));
    fail_check(
        fmt::format("it exports {} symbols beside its entry ({}{}): link it with the SDK's "
                    "version script",
                    count, join(others, ", "), count > 3 ? " …" : ""));
}

std::string check_symbols(const Candidate& candidate) {
    const ElfFacts facts = read_elf_facts(candidate.file);
    // In this process: what the constructors of the libraries do is the matter of B7.
    if (dlopen(std::filesystem::canonical(candidate.file).c_str(), RTLD_NOW | RTLD_LOCAL) !=
        nullptr) {
        return "";
    }
    std::string what = dlerror();
    std::vector<std::string> missing;
    for (const std::string& library : facts.needed) {
        if (dlopen(library.c_str(), RTLD_LAZY | RTLD_LOCAL) == nullptr) missing.push_back(library);
    }
    if (!missing.empty()) what = "it needs " + join(missing, ", ") + ", not found; " + what;
    fail_check(printable(what));
}

std::string check_versions(const Candidate& candidate) {
    const ElfFacts facts = read_elf_facts(candidate.file);
    std::vector<std::string> too_new;
    for (const Baseline& each : baselines) {
        const std::string prefix = each.prefix;
        const std::string newest = newest_of(facts.versions, prefix);
        if (version_numbers(newest, prefix) > version_numbers(prefix + each.newest, prefix)) {
            too_new.push_back(newest + " (baseline " + each.newest + ")");
        }
    }
    return too_new.empty() ? "" : "systems older than these cannot load it: " + join(too_new, ", ");
}

std::string check_hardening(const Candidate& candidate) {
    const ElfFacts facts = read_elf_facts(candidate.file);
    require(!facts.executable_stack, "it asks for an executable stack");
    require(!facts.text_relocations, "it has text relocations: compile it with -fPIC");
    for (const auto* list : {&facts.undefined, &facts.needed}) {
        const auto found = std::find_if(list->begin(), list->end(), is_sanitizer);
        require(
            found == list->end(),
            "it is built with a sanitizer, whose run-time library ends a program that has none");
    }
    std::string warning;
    for (const std::string& folder : facts.run_paths) {
        if (begins_with_any(folder, {"$ORIGIN", "${ORIGIN}"})) continue;
        const std::string where =
            fmt::format("it looks for libraries in '{}', outside $ORIGIN", printable(folder));
        // Nobody but root can put a library there (vendors' toolkits are in /usr/local and /opt),
        // but other systems have none.
        require(begins_with_any(folder, {"/usr/lib", "/usr/local/", "/lib", "/opt/"}), where);
        warning = where;
    }
    return warning;
}

}  // namespace assay
