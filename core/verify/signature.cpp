// SPDX-License-Identifier: Apache-2.0
// FILE.sig is one JSON object of exactly four texts. What is signed is not the file but a line with
// its digest and the name of this format, so that no signature made for something else fits.
#include "core/verify/signature.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/verify/ed25519.hpp"

namespace assay {
namespace {

constexpr const char* schema = "assay/signature/1";
constexpr std::uint64_t most_bytes = 4096;         // of FILE.sig: four short texts
constexpr std::uint64_t most_key_bytes = 1 << 20;  // of a key file

struct Fields {
    std::string key, sha256, signature;  ///< Hexadecimal, as in the file.
};

std::string to_hex(const std::string& bytes) {
    std::string text;
    for (const char each : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(each));
    return text;
}

/// Lower-case hexadecimal digits of just so many bytes; else nothing.
std::optional<std::string> from_hex(const std::string& text, std::size_t bytes) {
    const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    if (text.size() != 2 * bytes || !std::ranges::all_of(text, is_digit)) return std::nullopt;
    std::string result;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        result += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
    }
    return result;
}

std::string message_of(const std::string& digest) {
    return std::string(schema) + "\n" + digest + "\n";
}

/// Short enough to read aloud, long enough that no other key is taken for it by chance.
std::string id_of(const std::string& key) {
    return sha256_hex(key).substr(0, 16);
}

Fields read_fields(const std::filesystem::path& path) {
    const std::string where = path.string();
    const Json json = parse_json(read_file(path, most_bytes), where);
    constexpr std::array names = {"schema", "key", "sha256", "signature"};
    bool whole = json.is_object() && json.size() == names.size();
    for (const char* name : names) {
        whole = whole && json.contains(name) && json.at(name).is_string();
    }
    if (!whole || json.at("schema") != schema) {
        throw Error(where + ": is no signature of Assay");
    }
    return {json.at("key").get<std::string>(), json.at("sha256").get<std::string>(),
            json.at("signature").get<std::string>()};
}

std::string fault_of(const Fields& fields, const std::string& digest, const Keyring& ring) {
    const auto key = from_hex(fields.key, 32);
    const auto signature = from_hex(fields.signature, 64);
    if (!key || !signature) return "its signature is damaged";
    if (fields.sha256 != digest) {
        return "its signature is of another file, or it was changed after it was signed";
    }
    if (std::ranges::find(ring.keys(), *key) == ring.keys().end()) {
        return fmt::format("it is signed with key {}, which is not in the keyring", id_of(*key));
    }
    if (!ed25519_fits(*key, message_of(digest), *signature)) {
        return "its signature does not fit its key";
    }
    return "";
}

}  // namespace

std::filesystem::path signature_path(const std::filesystem::path& file) {
    return file.string() + ".sig";
}

std::string sign_file(const std::filesystem::path& file, const std::filesystem::path& key,
                      bool replace) {
    const std::filesystem::path path = signature_path(file);
    std::error_code unknown;
    if (!replace && std::filesystem::exists(path, unknown)) {
        throw Error(path.string() + ": exists already; --force replaces it");
    }
    const std::string digest = sha256_file(file);
    const std::string pem = read_file(key, most_key_bytes);
    const Ed25519Signature made = ed25519_sign(pem, message_of(digest), key.string());
    Json json = Json::object();
    json["schema"] = schema;
    json["key"] = to_hex(made.key);
    json["sha256"] = digest;
    json["signature"] = to_hex(made.bytes);
    write_whole(path, dump_json(json) + "\n");
    return id_of(made.key);
}

Keyring::Keyring(const std::filesystem::path& file)
    : keys_(ed25519_public_keys(read_file(file, most_key_bytes), file.string())) {}

SignatureVerdict judge_signature(const std::filesystem::path& file, const Keyring& ring) {
    const std::filesystem::path path = signature_path(file);
    std::error_code unknown;
    if (!std::filesystem::exists(path, unknown)) {
        return {"", fmt::format("it is not signed: there is no {}", printable(path.string()))};
    }
    try {
        const Fields fields = read_fields(path);
        std::string fault = fault_of(fields, sha256_file(file), ring);
        if (!fault.empty()) return {"", std::move(fault)};
        return {id_of(from_hex(fields.key, 32).value()), ""};
    } catch (const Error& error) {
        return {"", error.what()};
    }
}

}  // namespace assay
