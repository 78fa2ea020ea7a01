// SPDX-License-Identifier: Apache-2.0
#include "core/graph/toml_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace assay {
namespace {

std::string_view type_name(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::string:
            return "text";
        case toml::node_type::integer:
            return "an integer";
        case toml::node_type::floating_point:
            return "a number with a point";
        case toml::node_type::boolean:
            return "true or false";
        case toml::node_type::array:
            return "a list";
        case toml::node_type::table:
            return "a table";
        default:
            return "a date or time";
    }
}

template <class T>
void read_as(const TomlValue& value, std::string_view key, const char* wanted, T& into) {
    const auto found = value.node->value_exact<T>();
    if (!found)
        value.refuse(fmt::format("{} must be {}, is {}", key, wanted, type_name(*value.node)));
    into = *found;
}

}  // namespace

std::string place(const toml::source_region& source, const std::string& file) {
    return fmt::format("{}:{}:{}", file, source.begin.line, source.begin.column);
}

toml::table parse_toml(const std::string& text, const std::string& file) {
    try {
        return toml::parse(std::string_view{text}, std::string_view{file});
    } catch (const toml::parse_error& error) {
        throw Error(place(error.source(), file) + ": " +
                    printable(std::string(error.description())));
    }
}

void read(const TomlValue& value, std::string_view key, std::int64_t& into) {
    read_as(value, key, "an integer", into);
}

void read(const TomlValue& value, std::string_view key, std::uint64_t& into) {
    std::int64_t number = 0;
    read(value, key, number);
    if (number < 0) value.refuse(fmt::format("{} must not be negative, is {}", key, number));
    into = static_cast<std::uint64_t>(number);
}

void read(const TomlValue& value, std::string_view key, double& into) {
    const auto found = value.node->is_number() ? value.node->value<double>() : std::nullopt;
    if (!found)
        value.refuse(fmt::format("{} must be a number, is {}", key, type_name(*value.node)));
    into = *found;
}

void read(const TomlValue& value, std::string_view key, bool& into) {
    read_as(value, key, "true or false", into);
}

void read(const TomlValue& value, std::string_view key, std::string& into) {
    read_as(value, key, "text", into);
}

void read(const TomlValue& value, std::string_view key, std::vector<std::int64_t>& into) {
    const toml::array* list = value.node->as_array();
    if (list == nullptr)
        value.refuse(fmt::format("{} must be a list, is {}", key, type_name(*value.node)));
    into.clear();
    for (const toml::node& each : *list) read({&each, value.file}, key, into.emplace_back());
}

std::string one_of(std::span<const std::string_view> names) {
    return "one of " + join({names.begin(), names.end()}, ", ");
}

void refuse_unknown_keys(const toml::table& table, const std::vector<std::string>& known,
                         const std::string& file) {
    for (const auto& [key, value] : table) {
        const std::string name(key.str());
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        const std::string near = nearest(name, known);
        const std::string hint =
            near.empty() ? "known are " + join(known, ", ") : "did you mean '" + near + "'?";
        throw Error(fmt::format("{}: unknown key '{}'; {}", place(key.source(), file),
                                printable(name, 60), hint));
    }
}

}  // namespace assay
