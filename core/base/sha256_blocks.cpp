// SPDX-License-Identifier: Apache-2.0
// Two ways to the same state. The one with instructions is compiled for processors that have them
// and chosen when the program runs, so that one program fits all.
#include "core/base/sha256_blocks.hpp"

#include <bit>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace assay {
namespace {

// FIPS 180-4 section 4.2.2: fractional parts of the cube roots of the first 64 primes.
alignas(16) constexpr std::array<std::uint32_t, 64> round_constants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

std::uint32_t big_endian(const unsigned char* bytes) {
    return std::uint32_t{bytes[0]} << 24U | std::uint32_t{bytes[1]} << 16U |
           std::uint32_t{bytes[2]} << 8U | std::uint32_t{bytes[3]};
}

std::array<std::uint32_t, 64> schedule(const unsigned char* block) {
    std::array<std::uint32_t, 64> w{};
    for (std::size_t t = 0; t < 16; ++t) w[t] = big_endian(block + 4 * t);
    for (std::size_t t = 16; t < 64; ++t) {
        const std::uint32_t x = w[t - 15], y = w[t - 2];
        const std::uint32_t s0 = std::rotr(x, 7) ^ std::rotr(x, 18) ^ (x >> 3U);
        const std::uint32_t s1 = std::rotr(y, 17) ^ std::rotr(y, 19) ^ (y >> 10U);
        w[t] = s1 + w[t - 7] + s0 + w[t - 16];
    }
    return w;
}

void compress(Sha256State& state, const unsigned char* block) {
    const auto w = schedule(block);
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t t = 0; t < 64; ++t) {
        const std::uint32_t s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
        const std::uint32_t choice = (e & f) ^ (~e & g);
        const std::uint32_t t1 = h + s1 + choice + round_constants[t] + w[t];
        const std::uint32_t s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
        const std::uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
        h = g, g = f, f = e, e = d + t1;
        d = c, c = b, b = a, a = t1 + s0 + majority;
    }
    const Sha256State add = {a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < 8; ++i) state[i] += add[i];
}

#if defined(__x86_64__)

/// CPUID leaf 7, EBX bit 29: SHA; leaf 1, ECX bits 9 and 19: SSSE3 and SSE4.1.
bool has_instructions() {
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c >> 9U & c >> 19U & 1U) == 0) return false;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b >> 29U & 1U) != 0;
}

__attribute__((target("sha,ssse3,sse4.1"))) __m128i load(const void* from) {
    return _mm_loadu_si128(static_cast<const __m128i*>(from));
}

/// Intel, "Intel SHA Extensions" (2013): the state is held as (a, b, e, f) and (c, d, g, h); each
/// sha256rnds2 does two rounds, sha256msg1 and msg2 four words of the schedule.
__attribute__((target("sha,ssse3,sse4.1"))) void compress_by_instruction(
    Sha256State& state, const unsigned char* block) {
    const __m128i swapped = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    const auto word = [&](std::size_t i) { return static_cast<int>(state[i]); };
    const __m128i first = _mm_set_epi32(word(0), word(1), word(4), word(5));
    const __m128i second = _mm_set_epi32(word(2), word(3), word(6), word(7));
    __m128i abef = first, cdgh = second;
    __m128i w[16];
    for (std::size_t i = 0; i < 16; ++i) {
        if (i < 4) {
            w[i] = _mm_shuffle_epi8(load(block + 16 * i), swapped);
        } else {
            const __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w[i - 4], w[i - 3]),
                                              _mm_alignr_epi8(w[i - 1], w[i - 2], 4));
            w[i] = _mm_sha256msg2_epu32(sum, w[i - 1]);
        }
        const __m128i wk = _mm_add_epi32(w[i], load(&round_constants[4 * i]));
        cdgh = _mm_sha256rnds2_epu32(cdgh, abef, wk);
        abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(wk, 0x0e));
    }
    alignas(16) std::uint32_t one[4], two[4];
    _mm_store_si128(reinterpret_cast<__m128i*>(one), _mm_add_epi32(abef, first));
    _mm_store_si128(reinterpret_cast<__m128i*>(two), _mm_add_epi32(cdgh, second));
    state = {one[3], one[2], two[3], two[2], one[1], one[0], two[1], two[0]};
}

#endif

using Compress = void (*)(Sha256State&, const unsigned char*);

Compress fastest() {
#if defined(__x86_64__)
    if (has_instructions()) return compress_by_instruction;
#endif
    return compress;
}

}  // namespace

void sha256_blocks(Sha256State& state, const unsigned char* blocks, std::size_t count) {
    static const Compress chosen = fastest();
    for (std::size_t i = 0; i < count; ++i) chosen(state, blocks + 64 * i);
}

void sha256_blocks_portable(Sha256State& state, const unsigned char* blocks, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) compress(state, blocks + 64 * i);
}

}  // namespace assay
