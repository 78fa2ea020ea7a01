// SPDX-License-Identifier: Apache-2.0
// JSON behind one door (nlohmann/json, key order kept). NaN and infinity are refused both ways.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace assay {

using Json = nlohmann::ordered_json;

/// Limits for text from strangers.
struct JsonLimits {
    std::size_t max_bytes = 256U << 20U;
    int max_depth = 64;
    std::size_t max_keys = 4096;  ///< Of one object.
};

/// Parses one document; a key that appears twice is refused. `where` ("a.jsonl:12") begins the
/// message of the Error it may throw.
Json parse_json(std::string_view text, const std::string& where, const JsonLimits& limits = {});

/// One line, no spaces; numbers in shortest round-trip form; invalid UTF-8 becomes U+FFFD.
/// Throws Error on NaN or infinity, naming the key.
std::string dump_json(const Json& value);

/// The same with two spaces of indentation, for people.
std::string pretty_json(const Json& value);

}  // namespace assay
