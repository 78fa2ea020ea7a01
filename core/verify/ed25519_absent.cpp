// SPDX-License-Identifier: Apache-2.0
// Signatures in a build that found no OpenSSL: it says so.
#include "core/base/error.hpp"
#include "core/verify/ed25519.hpp"

namespace assay {
namespace {

[[noreturn]] void refuse(const std::string& where) {
    throw Error(where +
                ": this build has no signatures: libssl-dev was not found; run "
                "tools/install_dependencies and build again");
}

}  // namespace

bool signing_is_there() {
    return false;
}

Ed25519Signature ed25519_sign(std::string_view /*pem*/, std::string_view /*message*/,
                              const std::string& where) {
    refuse(where);
}

std::vector<std::string> ed25519_public_keys(std::string_view /*pem*/, const std::string& where) {
    refuse(where);
}

bool ed25519_fits(const std::string& /*key*/, std::string_view /*message*/,
                  const std::string& /*signature*/) {
    return false;
}

}  // namespace assay
