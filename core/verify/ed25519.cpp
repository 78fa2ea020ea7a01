// SPDX-License-Identifier: Apache-2.0
#include "core/verify/ed25519.hpp"

#include <array>
#include <memory>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "core/base/error.hpp"

namespace assay {
namespace {

constexpr std::size_t key_bytes = 32, signature_bytes = 64;

template <auto destroy>
struct Destroy {
    template <class T>
    void operator()(T* object) const {
        destroy(object);
    }
};
using Bio = std::unique_ptr<BIO, Destroy<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Destroy<EVP_PKEY_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Destroy<EVP_MD_CTX_free>>;

Bio bio_of(std::string_view text) {
    return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// OpenSSL would ask for a pass phrase on the terminal.
int no_phrase(char* /*to*/, int /*size*/, int /*writing*/, void* /*data*/) {
    return -1;
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string public_bytes(const Key& key, const std::string& where) {
    std::array<unsigned char, key_bytes> raw{};
    std::size_t size = raw.size();
    const bool right_kind = EVP_PKEY_get_id(key.get()) == EVP_PKEY_ED25519;
    if (!right_kind || EVP_PKEY_get_raw_public_key(key.get(), raw.data(), &size) != 1) {
        throw Error(where +
                    ": holds a key of another kind; Ed25519 is needed: openssl genpkey "
                    "-algorithm ed25519");
    }
    return {raw.begin(), raw.begin() + static_cast<std::ptrdiff_t>(size)};
}

std::size_t count_of(std::string_view text, std::string_view wanted) {
    std::size_t count = 0;
    for (std::size_t at = text.find(wanted); at != text.npos; at = text.find(wanted, at + 1)) {
        ++count;
    }
    return count;
}

}  // namespace

bool signing_is_there() {
    return true;
}

Ed25519Signature ed25519_sign(std::string_view pem, std::string_view message,
                              const std::string& where) {
    const Key key(PEM_read_bio_PrivateKey(bio_of(pem).get(), nullptr, no_phrase, nullptr));
    ERR_clear_error();
    if (!key) throw Error(where + ": holds no private key in PEM without a pass phrase");
    Ed25519Signature made;
    made.key = public_bytes(key, where);
    std::array<unsigned char, signature_bytes> signature{};
    std::size_t size = signature.size();
    const Digest digest(EVP_MD_CTX_new());
    if (!digest || EVP_DigestSignInit(digest.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
        EVP_DigestSign(digest.get(), signature.data(), &size, bytes_of(message), message.size()) !=
            1) {
        throw Error(where + ": OpenSSL cannot sign with it");
    }
    made.bytes.assign(signature.begin(), signature.begin() + static_cast<std::ptrdiff_t>(size));
    return made;
}

std::vector<std::string> ed25519_public_keys(std::string_view pem, const std::string& where) {
    std::vector<std::string> keys;
    const Bio source = bio_of(pem);
    while (const Key key{PEM_read_bio_PUBKEY(source.get(), nullptr, no_phrase, nullptr)}) {
        keys.push_back(public_bytes(key, where));
    }
    ERR_clear_error();
    if (keys.empty()) throw Error(where + ": holds no public key in PEM");
    if (keys.size() != count_of(pem, "-----BEGIN")) {
        throw Error(where + ": holds something that is no whole public key");
    }
    return keys;
}

bool ed25519_fits(const std::string& key, std::string_view message, const std::string& signature) {
    if (key.size() != key_bytes || signature.size() != signature_bytes) return false;
    const Key used(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(key), key_bytes));
    const Digest digest(EVP_MD_CTX_new());
    const bool fits =
        used && digest &&
        EVP_DigestVerifyInit(digest.get(), nullptr, nullptr, nullptr, used.get()) == 1 &&
        EVP_DigestVerify(digest.get(), bytes_of(signature), signature_bytes, bytes_of(message),
                         message.size()) == 1;
    ERR_clear_error();
    return fits;
}

}  // namespace assay
