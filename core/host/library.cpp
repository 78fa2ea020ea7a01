// SPDX-License-Identifier: Apache-2.0
// The throwing overload of Boost.DLL is used: its error_code overload says "Bad file descriptor"
// for everything (research/dependencies 1). The texts taken apart here are those of glibc 2.36.
#include "core/host/library.hpp"

#include <memory>
#include <mutex>
#include <type_traits>
#include <vector>

#include <boost/dll/shared_library.hpp>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace assay {
namespace {

namespace dll = boost::dll;

/// The dlerror text inside Boost's "… (dlerror system message: TEXT): Bad file descriptor".
std::string dlerror_text(const std::string& what) {
    constexpr std::string_view marker = "dlerror system message: ";
    const auto begin = what.find(marker);
    if (begin == std::string::npos) return what;
    const auto end = what.rfind("): ");
    const auto from = begin + marker.size();
    return what.substr(from, end == std::string::npos || end < from ? end : end - from);
}

/// The part of `text` between `before` and `after` ("" for the end), or "" when they are not there.
std::string between(std::string_view text, std::string_view before, std::string_view after) {
    const auto found = text.find(before);
    if (found == std::string_view::npos) return "";
    const auto from = found + before.size();
    const auto end = after.empty() ? std::string_view::npos : text.find(after, from);
    if (!after.empty() && end == std::string_view::npos) return "";
    return std::string(text.substr(from, end == std::string_view::npos ? end : end - from));
}

void keep_for_ever(std::unique_ptr<dll::shared_library> library) {
    // Never destroyed, so that nothing is unloaded at exit either.
    static auto& kept = *new std::vector<std::unique_ptr<dll::shared_library>>;
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    kept.push_back(std::move(library));
}

}  // namespace

std::string explain_load_failure(std::string_view dlerror, const std::filesystem::path& file) {
    const std::string text = printable(dlerror);
    const std::string speaker = text.substr(0, text.find(": "));
    const bool own = speaker == file.string();

    std::string symbol = between(text, "undefined symbol: ", "");
    symbol = symbol.substr(0, symbol.find(','));  // "…, version X" follows
    if (!symbol.empty()) {
        return "needs " + (own ? "" : speaker + ", which needs ") + "symbol " + symbol +
               " that no loaded library has (was it linked to its vendor library?)";
    }
    if (!own && text.find(": cannot open shared object file: No such file") != std::string::npos) {
        return "needs " + speaker + ", which is not installed or not on the library path";
    }
    const std::string version = between(text, "version `", "' not found");
    if (!version.empty()) {
        return "needs version " + version + " of " + speaker + ", which is older here";
    }
    return "is refused by the system's loader: " + text;
}

assay_plugin_entry_fn open_entry(const std::filesystem::path& file) {
    try {
        auto library = std::make_unique<dll::shared_library>(
            file, dll::load_mode::rtld_now | dll::load_mode::rtld_local);
        auto& entry =
            library->get<std::remove_pointer_t<assay_plugin_entry_fn>>(ASSAY_ENTRY_SYMBOL);
        keep_for_ever(std::move(library));
        return &entry;
    } catch (const std::exception& error) {
        throw Error(explain_load_failure(dlerror_text(error.what()), file));
    }
}

}  // namespace assay
