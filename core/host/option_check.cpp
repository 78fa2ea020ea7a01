// SPDX-License-Identifier: Apache-2.0
// The option types of assay/device.h: "int", "float", "bool", "string", "enum:a|b|c".
#include "core/host/option_check.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <string_view>

#include "core/base/text.hpp"
#include "core/host/codes.hpp"

namespace assay {
namespace {

template <class Number>
bool reads_as(const std::string& text) {
    Number number{};
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if constexpr (std::is_floating_point_v<Number>) {
        if (!std::isfinite(number)) return false;
    }
    return error == std::errc() && stop == end;
}

/// "" when `value` is of the declared type, else what it should be.
std::string what_it_should_be(const OptionInfo& option, const std::string& value) {
    constexpr std::string_view enumeration = "enum:";
    if (option.type == "string") return "";
    if (option.type == "int") return reads_as<std::int64_t>(value) ? "" : "an integer";
    if (option.type == "float") return reads_as<double>(value) ? "" : "a number";
    if (option.type == "bool") {
        return value == "true" || value == "false" ? "" : "true or false";
    }
    if (option.type.starts_with(enumeration)) {
        const auto choices = split(std::string_view(option.type).substr(enumeration.size()), '|');
        const bool known = std::find(choices.begin(), choices.end(), value) != choices.end();
        return known ? "" : "one of " + join(choices, ", ");
    }
    plugin_misbehaves("option '" + option.key + "': its type '" + option.type +
                      "' is not one the ABI defines");
}

std::string no_such_option(const std::vector<OptionInfo>& declared, const std::string& key) {
    std::vector<std::string> keys;
    for (const auto& option : declared) keys.push_back(option.key);
    const std::string text = "no option '" + printable(key) + "'";
    if (keys.empty()) return text + " (it has none)";
    const std::string near = nearest(key, keys);
    return text + " (" + (near.empty() ? "" : "did you mean '" + near + "'? ") +
           "it has: " + join(keys, ", ") + ")";
}

}  // namespace

const OptionInfo* find_option(const std::vector<OptionInfo>& declared, const std::string& key) {
    const auto found = std::find_if(declared.begin(), declared.end(),
                                    [&](const OptionInfo& option) { return option.key == key; });
    return found == declared.end() ? nullptr : &*found;
}

void check_against(const std::vector<OptionInfo>& declared, const KeyValues& chosen,
                   const std::string& plugin) {
    std::set<std::string> seen;
    for (const auto& [key, value] : chosen) {
        const OptionInfo* option = find_option(declared, key);
        if (option == nullptr) throw Error(plugin + ": " + no_such_option(declared, key));
        if (!seen.insert(key).second) {
            throw Error(plugin + ": option '" + key + "' is given twice");
        }
        const std::string wanted = what_it_should_be(*option, value);
        if (!wanted.empty()) {
            throw Error(plugin + ": option '" + key + "': '" + printable(value) + "' is not " +
                        wanted);
        }
    }
}

}  // namespace assay
