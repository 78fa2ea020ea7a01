// SPDX-License-Identifier: Apache-2.0
#include "core/conform/plugin_check.hpp"

#include <array>
#include <exception>

#include "core/base/text.hpp"

namespace assay {

std::string ending_name(Ending ending) {
    constexpr std::array names{"pass", "fail", "warning", "skipped", "crashed", "hanging"};
    return names.at(static_cast<std::size_t>(ending));
}

void fail_check(const std::string& what) {
    throw Stop{{Ending::fail, what}};
}

void skip_check(const std::string& why) {
    throw Stop{{Ending::skipped, why}};
}

PluginFinding find_here(const PluginCheck& check, const Candidate& candidate) {
    try {
        std::string warning = check.run(candidate);
        if (warning.empty()) return {};
        return {Ending::warning, std::move(warning)};
    } catch (const Stop& stop) {
        return stop.finding;
    } catch (const std::exception& error) {
        return {Ending::fail, printable(error.what(), 1000)};
    }
}

}  // namespace assay
