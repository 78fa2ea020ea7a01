// SPDX-License-Identifier: Apache-2.0
// Private to core/graph and core/suite: TOML values with their places, read or refused with
// FILE:LINE:COLUMN.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "core/base/error.hpp"
#include "core/workload/names.hpp"

namespace assay {

/// "suites/a.toml:3:5".
std::string place(const toml::source_region& source, const std::string& file);

/// Parses the text of `file`. Throws Error "FILE:LINE:COLUMN: …".
toml::table parse_toml(const std::string& text, const std::string& file);

/// One value and where it stands.
struct TomlValue {
    const toml::node* node = nullptr;
    const std::string* file = nullptr;

    [[noreturn]] void refuse(const std::string& what) const {
        throw Error(place(node->source(), *file) + ": " + what);
    }
};

/// Reads one scalar of the type of `into`; refuses another type or an unknown name.
void read(const TomlValue& value, std::string_view key, std::int64_t& into);
void read(const TomlValue& value, std::string_view key, std::uint64_t& into);
void read(const TomlValue& value, std::string_view key, double& into);
void read(const TomlValue& value, std::string_view key, bool& into);
void read(const TomlValue& value, std::string_view key, std::string& into);
void read(const TomlValue& value, std::string_view key, std::vector<std::int64_t>& into);

/// "one of strict, tf32, bf16x3, any".
std::string one_of(std::span<const std::string_view> names);

template <class E>
requires std::is_enum_v<E>
void read(const TomlValue& value, std::string_view key, E& into) {
    std::string text;
    read(value, key, text);
    const auto known = parse<E>(text);
    if (!known) value.refuse(std::string(key) + " is '" + text + "', not " + one_of(names<E>()));
    into = *known;
}

/// Refuses the first key of `table` that is not in `known`, naming the nearest.
void refuse_unknown_keys(const toml::table& table, const std::vector<std::string>& known,
                         const std::string& file);

}  // namespace assay
