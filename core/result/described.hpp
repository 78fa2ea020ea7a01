// SPDX-License-Identifier: Apache-2.0
// Any type with a describe() to and from JSON, enumerations by name. It knows no record; what a
// record means beyond its types is checked by json_records.cpp.
#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/result/describe.hpp"
#include "core/workload/names.hpp"

namespace assay {

/// Where a value is: "a.jsonl:12" and "sample.readings_ns", put together only for an Error.
struct Place {
    const std::string* where;
    const Place* parent = nullptr;
    std::string_view key = "";
};

[[noreturn]] void refuse(const Place& place, const std::string& what);

/// All values of enumerations that core/workload/names.hpp does not list.
template <class E>
constexpr bool listed_here = false;
template <>
inline constexpr bool listed_here<State> = true;
template <>
inline constexpr bool listed_here<Measure> = true;
template <>
inline constexpr bool listed_here<CacheState> = true;
template <>
inline constexpr bool listed_here<Scenario> = true;

inline constexpr int last_value(State /*type*/) {
    return static_cast<int>(State::failed);
}
inline constexpr int last_value(Measure /*type*/) {
    return static_cast<int>(Measure::throughput);
}
inline constexpr int last_value(CacheState /*type*/) {
    return static_cast<int>(CacheState::weights_cold);
}
inline constexpr int last_value(Scenario /*type*/) {
    return static_cast<int>(Scenario::generate);
}

/// The value of that name, or nothing.
template <class E>
std::optional<E> enum_of(std::string_view text) {
    if constexpr (!listed_here<E>) return parse<E>(text);
    if constexpr (listed_here<E>) {
        for (int i = 0; i <= last_value(E{}); ++i) {
            if (name(static_cast<E>(i)) == text) return static_cast<E>(i);
        }
    }
    return std::nullopt;
}

struct IgnoreField {
    template <class T>
    void operator()(const char* /*key*/, T& /*value*/) const {}
};
template <class T>
concept Described = requires(T& value) {
    describe(value, IgnoreField{});
};

// To JSON -----------------------------------------------------------------------------------------

Json to_value(double value);              ///< Whole numbers without ".0": shorter, read faster.
Json to_value(const KeyValues& pairs);    ///< An object.
Json to_value(const Workload& workload);  ///< { "kind": "gemm", its fields }.
template <class T>
Json to_value(const std::vector<T>& values);

template <class T>
Json described_to_json(const T& value);

template <class T>
Json to_value(const T& value) {
    if constexpr (std::is_enum_v<T>)
        return std::string(name(value));
    else if constexpr (Described<T>)
        return described_to_json(value);
    else
        return Json(value);
}

template <class T>
Json to_value(const std::vector<T>& values) {
    Json array = Json::array();
    for (const T& each : values) array.push_back(to_value(each));
    return array;
}

/// What may be absent: std::optional and Boxed.
template <class T>
concept Maybe = requires(T& value) {
    value.has_value();
    value.emplace();
    value.reset();
};

/// Writes each field under its name; what is absent has no key.
struct JsonWriter {
    Json& object;
    template <class T>
    void operator()(const char* key, const T& value) const {
        object[key] = to_value(value);
    }
    template <Maybe T>
    void operator()(const char* key, const T& value) const {
        if (value.has_value()) object[key] = to_value(*value);
    }
};

template <class T>
Json described_to_json(const T& value) {
    Json object = Json::object();
    describe(value, JsonWriter{object});
    return object;
}

// From JSON ---------------------------------------------------------------------------------------

void read_value(const Json& json, bool& value, const Place& place);
void read_value(const Json& json, double& value, const Place& place);  ///< Finite.
void read_value(const Json& json, std::string& value, const Place& place);
void read_value(const Json& json, KeyValues& value, const Place& place);
void read_value(const Json& json, Workload& value, const Place& place);
/// Durations: finite and not negative.
void read_value(const Json& json, std::vector<double>& value, const Place& place);
template <class T>
void read_value(const Json& json, std::vector<T>& values, const Place& place);

template <class T>
void described_from_json(const Json& json, T& value, const Place& place);

template <std::integral T>
void read_value(const Json& json, T& value, const Place& place) {
    const bool fits = json.is_number_unsigned()
                          ? std::in_range<T>(json.get<std::uint64_t>())
                          : json.is_number_integer() && std::in_range<T>(json.get<std::int64_t>());
    if (!fits) refuse(place, "is not a whole number in range");
    value = json.get<T>();
}

template <class T>
void read_value(const Json& json, T& value, const Place& place) {
    if constexpr (std::is_enum_v<T>) {
        std::string text;
        read_value(json, text, place);
        const std::optional<T> found = enum_of<T>(text);
        if (!found) refuse(place, "'" + text + "' is not known");
        value = *found;
    } else {
        described_from_json(json, value, place);
    }
}

template <class T>
void read_value(const Json& json, std::vector<T>& values, const Place& place) {
    if (!json.is_array()) refuse(place, "is not a list");
    values.resize(json.size());
    for (std::size_t i = 0; i < values.size(); ++i) read_value(json[i], values[i], place);
}

/// Fields that older files have not, and whose default is what those did.
template <class T>
constexpr bool came_later = false;
template <>
inline constexpr bool came_later<Lowering> = true;

/// Reads each field by its name; only a Maybe, and what came later, may be absent.
struct JsonReader {
    const Json& object;
    const Place& place;
    template <class T>
    void operator()(const char* key, T& value) const {
        const auto found = object.find(key);
        const Place here{place.where, &place, key};
        if (came_later<T> && found == object.end()) return;
        if (found == object.end()) refuse(here, "is missing");
        read_value(*found, value, here);
    }
    template <Maybe T>
    void operator()(const char* key, T& value) const {
        const auto found = object.find(key);
        value.reset();
        if (found == object.end()) return;
        read_value(*found, value.emplace(), Place{place.where, &place, key});
    }
};

template <class T>
void described_from_json(const Json& json, T& value, const Place& place) {
    if (!json.is_object()) refuse(place, "is not an object");
    describe(value, JsonReader{json, place});
}

}  // namespace assay
