// SPDX-License-Identifier: Apache-2.0
// The second test vector of RFC 8032, section 7.1; everything else: tests/cli/signing_test.py.
#include "core/verify/ed25519.hpp"

#include <catch2/catch.hpp>

namespace assay {
namespace {

std::string bytes(const std::string& hex) {
    std::string result;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        result += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    }
    return result;
}

TEST_CASE("Ed25519 gives the signature of RFC 8032, which fits its message alone", "[verify]") {
    if (!signing_is_there()) return;
    // PKCS #8 (RFC 8410): 302e020100300506032b657004220420, then the secret key
    // 4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb; in base 64.
    const std::string pem =
        "-----BEGIN PRIVATE KEY-----\n"
        "MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7\n"
        "-----END PRIVATE KEY-----\n";
    const Ed25519Signature made = ed25519_sign(pem, "\x72", "test");
    CHECK(made.key == bytes("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
    CHECK(made.bytes == bytes("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                              "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"));
    CHECK(ed25519_fits(made.key, "\x72", made.bytes));
    CHECK_FALSE(ed25519_fits(made.key, "\x73", made.bytes));
    CHECK_FALSE(ed25519_fits(made.key, "\x72", made.bytes.substr(1)));
    CHECK_FALSE(ed25519_fits(made.key.substr(1), "\x72", made.bytes));
}

}  // namespace
}  // namespace assay
