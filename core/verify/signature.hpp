// SPDX-License-Identifier: Apache-2.0
// Who vouches for a result file: a signature beside it, FILE.sig, of the SHA-256 of all its bytes.
// Any reader goes on reading FILE. It says who signed, not that the numbers are honest.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace assay {

/// "FILE.sig".
std::filesystem::path signature_path(const std::filesystem::path& file);

/// Writes FILE.sig with the private key of a PEM file; gives the key's id. Throws Error, also when
/// FILE.sig is there already, unless `replace`.
std::string sign_file(const std::filesystem::path& file, const std::filesystem::path& key,
                      bool replace);

/// The keys whose signatures count: a PEM file of Ed25519 public keys, at least one and nothing
/// else. Throws Error.
class Keyring {
public:
    explicit Keyring(const std::filesystem::path& file);
    [[nodiscard]] const std::vector<std::string>& keys() const { return keys_; }

private:
    std::vector<std::string> keys_;
};

/// What a file's signature is worth. `fault` is "" only for a signature that fits the file as it is
/// and is of a key of the ring, `key_id`.
struct SignatureVerdict {
    std::string key_id, fault;
};
SignatureVerdict judge_signature(const std::filesystem::path& file, const Keyring& ring);

}  // namespace assay
