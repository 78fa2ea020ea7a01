// SPDX-License-Identifier: Apache-2.0
// SHA-256 by FIPS 180-4, section 6.2: own code, because the core links no cryptographic library.
#include "core/base/sha256.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "core/base/descriptor.hpp"
#include "core/base/error.hpp"
#include "core/base/sha256_blocks.hpp"

namespace assay {
namespace {

class Sha256 {
public:
    void update(std::string_view bytes);
    std::string finish();

private:
    // FIPS 180-4 section 5.3.3: fractional parts of the square roots of the first 8 primes.
    Sha256State state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                          0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::array<unsigned char, 64> block_{};
    std::uint64_t length_ = 0;  ///< Bytes taken so far.
};

void Sha256::update(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t used = length_ % 64;
        const std::size_t whole = used == 0 ? bytes.size() / 64 : 0;
        const std::size_t take = whole > 0 ? whole * 64 : std::min(bytes.size(), 64 - used);
        if (whole > 0) {
            sha256_blocks(state_, reinterpret_cast<const unsigned char*>(bytes.data()), whole);
        } else {
            std::memcpy(block_.data() + used, bytes.data(), take);
            if (used + take == 64) sha256_blocks(state_, block_.data(), 1);
        }
        length_ += take;
        bytes.remove_prefix(take);
    }
}

std::string Sha256::finish() {
    const std::uint64_t bits = length_ * 8;
    // Section 5.1.1: one bit, zeros, and the length in bits fill whole blocks.
    std::string padding(1 + (119 - length_ % 64) % 64, '\0');
    padding[0] = '\x80';
    for (int shift = 56; shift >= 0; shift -= 8) padding += static_cast<char>(bits >> shift);
    update(padding);
    std::string digest;
    for (const std::uint32_t word : state_) digest += fmt::format("{:08x}", word);
    return digest;
}

[[noreturn]] void fail(const std::filesystem::path& path, int reason) {
    throw Error(fmt::format("{}: cannot read: {}", path.string(), std::strerror(reason)));
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
    Sha256 sum;
    sum.update(bytes);
    return sum.finish();
}

std::string sha256_file(const std::filesystem::path& path) {
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.valid()) fail(path, errno);
    Sha256 sum;
    char piece[65536];
    for (;;) {
        const ssize_t got = read(file.get(), piece, sizeof piece);
        if (got == 0) return sum.finish();
        if (got > 0) sum.update({piece, static_cast<std::size_t>(got)});
        if (got < 0 && errno != EINTR) fail(path, errno);
    }
}

}  // namespace assay
