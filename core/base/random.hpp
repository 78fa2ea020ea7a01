// SPDX-License-Identifier: Apache-2.0
// Random numbers that are the same on every platform: Philox4x32-10 (Salmon et al., SC'11) and
// distributions made of it with IEEE-754 basic operations only; no std::*_distribution, no libm.
// Test vectors: docs/random.md.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace assay {

/// Four 32-bit words from a 128-bit counter and a 64-bit key. Stateless.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                    std::array<std::uint32_t, 2> key);

/// The i-th 32-bit word of the stream (seed, stream): random access, no state.
/// Word i is word i % 4 of philox({lo(i / 4), hi(i / 4), lo(stream), hi(stream)}, {lo, hi (seed)}).
std::uint32_t random_word(std::uint64_t seed, std::uint64_t stream, std::uint64_t i);

/// Words first, first + 1, … of the stream, as random_word gives them, but in bulk: about 1.5 ns
/// each.
void random_words(std::uint64_t seed, std::uint64_t stream, std::uint64_t first,
                  std::span<std::uint32_t> out);

/// Uniform on (0, 1): (word + 0.5) / 2^32, exact in double. Never 0 or 1.
double uniform_from(std::uint32_t word);

/// Standard normal by inversion of uniform_from(word): Wichura 1988 (AS 241, PPND16) with our own
/// logarithm, so that every IEEE-754 machine gives the same bits. |z| < 6.4.
double normal_from(std::uint32_t word);

/// The standard normal quantile of p, 1e-300 <= p < 1: PPND16, relative error about 1e-15.
double normal_inverse(double p);

/// normal_from(random_word(seed, stream, first + i)) for each i, in bulk.
void random_normals(std::uint64_t seed, std::uint64_t stream, std::uint64_t first,
                    std::span<double> out);

/// ln x of a normal x > 0 by IEEE-754 basic operations: the same bits everywhere. Relative error
/// <= 4e-16.
double portable_log(double x);

/// A generator with state, for orders and choices (never for input data).
class Random {
public:
    Random(std::uint64_t seed, std::uint64_t stream) : seed_(seed), stream_(stream) {}

    std::uint32_t word() { return random_word(seed_, stream_, next_++); }
    std::uint64_t word64();
    /// Uniform on [0, bound), bound > 0: Lemire 2019, with rejection.
    std::uint32_t below(std::uint32_t bound);
    double uniform() { return uniform_from(word()); }
    double normal() { return normal_from(word()); }
    /// Exponential with the given mean.
    double exponential(double mean);

private:
    std::uint64_t seed_, stream_, next_ = 0;
};

/// 0..n-1 in a random order (Fisher-Yates, downwards).
std::vector<std::uint32_t> permutation(std::uint32_t n, Random& random);

}  // namespace assay
