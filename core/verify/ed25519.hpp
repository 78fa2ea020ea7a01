// SPDX-License-Identifier: Apache-2.0
// Ed25519 (RFC 8032) with keys in PEM files, by OpenSSL's libcrypto; nothing else of it is used.
// Keys and signatures are bytes in strings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// False in a build that found no OpenSSL: everything below then throws Error that says so.
bool signing_is_there();

struct Ed25519Signature {
    std::string key;    ///< The public one, 32 bytes.
    std::string bytes;  ///< 64.
};

/// Signs with the private key that the text of a PEM file holds, without a pass phrase. `where`
/// begins the message of the Error that it throws for anything else.
Ed25519Signature ed25519_sign(std::string_view pem, std::string_view message,
                              const std::string& where);

/// The public keys of a PEM file's text, 32 bytes each. Throws Error when there is none, or
/// anything beside them: a private key, a key of another kind, a block that is cut.
std::vector<std::string> ed25519_public_keys(std::string_view pem, const std::string& where);

/// Whether the signature of the message is of that key. False, too, for lengths that cannot be.
bool ed25519_fits(const std::string& key, std::string_view message, const std::string& signature);

}  // namespace assay
