// SPDX-License-Identifier: Apache-2.0
// The values that are not made of fields: numbers, text, key-value lists, the workload.
#include "core/result/described.hpp"

#include "core/base/text.hpp"

namespace assay {

namespace {

std::string dotted(const Place& place) {
    if (place.parent == nullptr || place.parent->key.empty()) return std::string(place.key);
    return dotted(*place.parent) + "." + std::string(place.key);
}

/// Reads the alternative whose kind is `kind_name`; false when this is not it.
template <class Alternative>
bool read_alternative(const Json& json, Workload& value, const Place& place) {
    Alternative alternative;
    if (kind(Workload(alternative)) != json.at("kind").get_ref<const std::string&>()) return false;
    described_from_json(json, alternative, place);
    if (const std::string wrong = invalid(alternative); !wrong.empty()) refuse(place, wrong);
    value = alternative;
    return true;
}

template <class... Alternatives>
bool read_any(const Json& json, std::variant<Alternatives...>& value, const Place& place) {
    return (read_alternative<Alternatives>(json, value, place) || ...);
}

}  // namespace

void refuse(const Place& place, const std::string& what) {
    const std::string key = dotted(place);
    throw Error(*place.where + ": " + (key.empty() ? "the record" : key) + " " +
                printable(what, 200));
}

Json to_value(double value) {
    constexpr double exact = 0x1p53;  // Above, not every whole number is a double.
    if (std::abs(value) < exact && std::trunc(value) == value) {
        return static_cast<std::int64_t>(value);
    }
    return value;
}

Json to_value(const KeyValues& pairs) {
    Json object = Json::object();
    for (const auto& [key, value] : pairs) object[key] = value;
    return object;
}

Json to_value(const Workload& workload) {
    Json object = Json::object();
    object["kind"] = std::string(kind(workload));
    std::visit([&](const auto& each) { describe(each, JsonWriter{object}); }, workload);
    return object;
}

void read_value(const Json& json, bool& value, const Place& place) {
    if (!json.is_boolean()) refuse(place, "is neither true nor false");
    value = json.get<bool>();
}

void read_value(const Json& json, double& value, const Place& place) {
    if (!json.is_number()) refuse(place, "is not a number");
    value = json.get<double>();
    if (!std::isfinite(value)) refuse(place, "is not finite");
}

void read_value(const Json& json, std::string& value, const Place& place) {
    if (!json.is_string()) refuse(place, "is not text");
    value = json.get_ref<const std::string&>();
}

void read_value(const Json& json, KeyValues& value, const Place& place) {
    if (!json.is_object()) refuse(place, "is not an object");
    value.clear();
    for (const auto& [key, text] : json.items()) {
        value.emplace_back(key, std::string());
        read_value(text, value.back().second, place);
    }
}

void read_value(const Json& json, Workload& value, const Place& place) {
    if (!json.is_object()) refuse(place, "is not an object");
    const auto found = json.find("kind");
    if (found == json.end() || !found->is_string()) refuse(place, "has no kind");
    if (!read_any(json, value, place)) {
        refuse(place, "is of the unknown kind '" + found->get<std::string>() + "'");
    }
}

void read_value(const Json& json, std::vector<double>& value, const Place& place) {
    if (!json.is_array()) refuse(place, "is not a list");
    value.resize(json.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
        read_value(json[i], value[i], place);
        if (value[i] < 0) refuse(place, "has a negative value at " + std::to_string(i));
    }
}

}  // namespace assay
