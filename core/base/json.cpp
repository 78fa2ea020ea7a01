// SPDX-License-Identifier: Apache-2.0
// The door to nlohmann/json. Text is read through a handler of our own, because the library's has
// no limits: depth, the keys of one object (its ordered map searches linearly), repeated keys.
// Whoever builds a Json begins with Json::object() or array(): a null one that becomes an object
// just when memory ends crashes in its destructor (3.11.2).
#include "core/base/json.hpp"

#include <cmath>

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/base/json_fast.hpp"
#include "core/base/text.hpp"

namespace assay {
namespace {

/// Builds a Json from parse events (nlohmann's SAX interface: false stops the parser).
class Builder {
public:
    explicit Builder(const JsonLimits& limits) : limits_(limits) {}

    bool null() { return add(nullptr); }
    bool boolean(bool value) { return add(value); }
    bool number_integer(Json::number_integer_t value) { return add(value); }
    bool number_unsigned(Json::number_unsigned_t value) { return add(value); }
    bool number_float(Json::number_float_t value, const std::string&) { return add(value); }
    bool string(std::string& value) { return add(std::move(value)); }
    bool binary(Json::binary_t&) { return refuse("binary data has no place in JSON"); }
    bool start_object(std::size_t) { return begin(Json::object()); }
    bool start_array(std::size_t) { return begin(Json::array()); }
    bool end_object() { return end(); }
    bool end_array() { return end(); }
    bool key(std::string& name);
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error);

    Json root;
    std::string problem;  ///< Empty while all is well.

private:
    Json* place(Json value);
    bool add(Json value) { return place(std::move(value)) != nullptr; }
    bool begin(Json empty);
    bool end();
    bool refuse(std::string why);

    const JsonLimits& limits_;
    std::vector<Json*> open_;  ///< Objects and arrays not yet closed, outermost first.
    Json* slot_ = nullptr;     ///< Where the value of the key just read goes.
};

bool Builder::refuse(std::string why) {
    problem = std::move(why);
    return false;
}

Json* Builder::place(Json value) {
    if (open_.empty()) return &(root = std::move(value));
    if (open_.back()->is_object()) return &(*slot_ = std::move(value));
    open_.back()->push_back(std::move(value));
    return &open_.back()->back();
}

bool Builder::begin(Json empty) {
    if (static_cast<int>(open_.size()) >= limits_.max_depth) {
        return refuse(fmt::format("nested deeper than {} levels", limits_.max_depth));
    }
    open_.push_back(place(std::move(empty)));
    return true;
}

bool Builder::end() {
    open_.pop_back();
    return true;
}

bool Builder::key(std::string& name) {
    auto& object = open_.back()->get_ref<Json::object_t&>();
    if (object.size() == 4) object.reserve(20);  // chosen: most records with 5 keys have up to 20
    if (object.size() >= limits_.max_keys) {
        return refuse(fmt::format("an object with more than {} keys", limits_.max_keys));
    }
    const auto [entry, added] = object.emplace(name, nullptr);
    if (!added) return refuse(fmt::format("key \"{}\" appears twice", printable(name, 80)));
    slot_ = &entry->second;
    return true;
}

/// nlohmann's text is "[json.exception.parse_error.101] parse error at line 1, column 2: what".
bool Builder::parse_error(std::size_t, const std::string&,
                          const nlohmann::detail::exception& error) {
    std::string_view what = error.what();
    if (const std::size_t end = what.find("] "); what.starts_with('[') && end != what.npos) {
        what.remove_prefix(end + 2);
    }
    for (const std::string_view noise : {"parse error at ", "parse error: "}) {
        if (what.starts_with(noise)) what.remove_prefix(noise.size());
    }
    return refuse("not valid JSON: " + printable(what, 300));
}

/// True when a number in `value` is not finite; then its key path is put before `path`, on the way
/// out, so that the usual answer costs no strings.
bool has_non_finite(const Json& value, std::string& path) {
    if (value.is_number_float()) return !std::isfinite(value.get<double>());
    if (!value.is_structured()) return false;
    std::size_t index = 0;
    for (auto below = value.begin(); below != value.end(); ++below, ++index) {
        if (!has_non_finite(*below, path)) continue;
        const bool first = path.empty() || path.front() == '[';
        path = value.is_array() ? fmt::format("[{}]{}{}", index, first ? "" : ".", path)
                                : fmt::format("{}{}{}", below.key(), first ? "" : ".", path);
        return true;
    }
    return false;
}

void refuse_non_finite(const Json& value) {
    std::string path;
    if (!has_non_finite(value, path)) return;
    throw Error(fmt::format("cannot write {} as JSON: it is infinite or not a number",
                            path.empty() ? "the value" : printable(path)));
}

std::string dump(const Json& value, int indent) {
    refuse_non_finite(value);
    return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

Json parse_json(std::string_view text, const std::string& where, const JsonLimits& limits) {
    if (text.size() > limits.max_bytes) {
        throw Error(
            fmt::format("{}: larger than {} bytes, the limit for JSON", where, limits.max_bytes));
    }
    Builder plain(limits);
    if (PlainJson(text, plain).parse()) return std::move(plain.root);
    Builder builder(limits);
    if (!Json::sax_parse(text.begin(), text.end(), &builder)) {
        throw Error(where + ": " + builder.problem);
    }
    return std::move(builder.root);
}

std::string dump_json(const Json& value) {
    return dump(value, -1);
}

std::string pretty_json(const Json& value) {
    return dump(value, 2);
}

}  // namespace assay
