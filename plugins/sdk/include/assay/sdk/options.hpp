// SPDX-License-Identifier: Apache-2.0
// Options as a plugin declares and reads them. Defaults come from the declarations, so each is
// written once; values are checked against the declared type. Undeclared keys are the host's to
// refuse.
#pragma once

#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "assay/device.h"
#include "assay/sdk/error.hpp"
#include "assay/sdk/structs.hpp"

namespace assay {
namespace sdk {

/// One row of a plugin's option table.
struct OptionRow {
    const char* key;
    const char* type;  ///< "int", "float", "bool", "string", "enum:a|b|c"
    const char* default_value;
    const char* help;
};

/// The C struct of a row. scope: ASSAY_OPTION_*. Options affect results unless said otherwise.
inline assay_option_info declare(const OptionRow& row, int scope = ASSAY_OPTION_DEVICE,
                                 bool affects_results = true) {
    auto info = make<assay_option_info>();
    info.scope = scope;
    info.affects_results = affects_results ? 1 : 0;
    put(info.key, row.key);
    put(info.type, row.type);
    put(info.default_value, row.default_value);
    put(info.help, row.help);
    return info;
}

class Options {
public:
    Options() = default;

    /// Declared defaults of one scope, then what the user gave. Throws Error INVALID for a value
    /// that does not fit its declared type.
    Options(const assay_kv* given, std::uint32_t count,
            const std::vector<assay_option_info>& declared, int scope) {
        if (given == nullptr && count > 0) fail(ASSAY_ERR_INVALID, "options are NULL");
        for (const auto& option : declared) {
            if (option.scope == scope) values_[option.key] = option.default_value;
        }
        for (std::uint32_t i = 0; i < count; ++i) {
            if (given[i].key == nullptr || given[i].value == nullptr) {
                fail(ASSAY_ERR_INVALID, "option %u has no key or no value", i);
            }
            values_[given[i].key] = given[i].value;
        }
        for (const auto& option : declared) {
            if (option.scope == scope) check(option);
        }
    }

    bool has(const std::string& key) const { return values_.count(key) != 0; }

    /// The value as text. Throws Error INVALID when the option is neither given nor declared.
    const std::string& text(const std::string& key) const {
        const auto found = values_.find(key);
        if (found == values_.end()) {
            fail(ASSAY_ERR_INVALID, "option %s is neither given nor declared", key.c_str());
        }
        return found->second;
    }

    /// A whole number in [low, high].
    std::int64_t integer(const std::string& key, std::int64_t low = INT64_MIN,
                         std::int64_t high = INT64_MAX) const {
        const std::string& value = text(key);
        char* end = nullptr;
        errno = 0;
        const long long parsed = std::strtoll(value.c_str(), &end, 10);
        if (value.empty() || *end != '\0' || errno != 0) refuse(key, "is not a whole number");
        if (parsed < low || parsed > high) {
            refuse(key, "is not in " + std::to_string(low) + ".." + std::to_string(high));
        }
        return parsed;
    }

    /// A finite number in [low, high].
    double number(const std::string& key, double low = -HUGE_VAL, double high = HUGE_VAL) const {
        const std::string& value = text(key);
        char* end = nullptr;
        const double parsed = std::strtod(value.c_str(), &end);
        if (value.empty() || *end != '\0' || !std::isfinite(parsed)) refuse(key, "is not a number");
        if (parsed < low || parsed > high) {
            refuse(key, "is not in " + std::to_string(low) + ".." + std::to_string(high));
        }
        return parsed;
    }

    /// "1", "true", "on", "yes" or "0", "false", "off", "no".
    bool flag(const std::string& key) const {
        const std::string& value = text(key);
        if (listed(value, "1|true|on|yes")) return true;
        if (!listed(value, "0|false|off|no")) refuse(key, "is neither true nor false");
        return false;
    }

private:
    std::map<std::string, std::string> values_;

    [[noreturn]] void refuse(const std::string& key, const std::string& why) const {
        fail(ASSAY_ERR_INVALID, "option %s: '%s' %s", key.c_str(), text(key).c_str(), why.c_str());
    }

    static bool listed(const std::string& value, const std::string& list) {
        return !value.empty() && value.find('|') == std::string::npos &&
               ("|" + list + "|").find("|" + value + "|") != std::string::npos;
    }

    void check(const assay_option_info& option) const {
        const std::string type = option.type;
        if (type == "int") integer(option.key);
        if (type == "float") number(option.key);
        if (type == "bool") flag(option.key);
        if (type.rfind("enum:", 0) == 0 && !listed(text(option.key), type.substr(5))) {
            refuse(option.key, "is not one of " + type.substr(5));
        }
    }
};

}  // namespace sdk
}  // namespace assay
