// SPDX-License-Identifier: Apache-2.0
// Philox4x32-10 and the distributions of random.hpp. Only + - * / sqrt on doubles, no contraction
// to FMA (-ffp-contract=off for all of core/): the test vectors of docs/random.md hold bit for bit.
#include "core/base/random.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

namespace assay {
namespace {

using Counter = std::array<std::uint32_t, 4>;
using Key = std::array<std::uint32_t, 2>;

// Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11, section 3.2:
// multipliers and Weyl increments (golden ratio, sqrt(3) - 1).
constexpr std::uint32_t multiplier_0 = 0xD2511F53, multiplier_1 = 0xCD9E8D57;
constexpr std::uint32_t weyl_0 = 0x9E3779B9, weyl_1 = 0xBB67AE85;

inline Counter philox_block(Counter c, Key k) {
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t p0 = std::uint64_t{multiplier_0} * c[0];
        const std::uint64_t p1 = std::uint64_t{multiplier_1} * c[2];
        c = {static_cast<std::uint32_t>(p1 >> 32U) ^ c[1] ^ k[0], static_cast<std::uint32_t>(p1),
             static_cast<std::uint32_t>(p0 >> 32U) ^ c[3] ^ k[1], static_cast<std::uint32_t>(p0)};
        k[0] += weyl_0;
        k[1] += weyl_1;
    }
    return c;
}

std::uint32_t low(std::uint64_t x) {
    return static_cast<std::uint32_t>(x);
}
std::uint32_t high(std::uint64_t x) {
    return static_cast<std::uint32_t>(x >> 32U);
}

/// Words 4 block … 4 block + 3 of a stream.
Counter stream_block(std::uint64_t seed, std::uint64_t stream, std::uint64_t block) {
    return philox_block({low(block), high(block), low(stream), high(stream)},
                        {low(seed), high(seed)});
}

// Wichura 1988, "Algorithm AS 241: The percentage points of the normal distribution", Applied
// Statistics 37, 477-484, routine PPND16: quotients of polynomials, constant term first.
struct Rational {
    std::array<double, 8> above, below;
};
constexpr Rational central = {
    {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
     1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
     3.3430575583588128105e4, 2.5090809287301226727e3},
    {1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
     2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
     5.2264952788528545610e3}};
constexpr Rational near_tail = {
    {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
     3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
     2.27238449892691845833e-2, 7.74545014278341407640e-4},
    {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
     1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
     1.05075007164441684324e-9}};
constexpr Rational far_tail = {
    {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
     2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
     2.71155556874348757815e-5, 2.01033439929228813265e-7},
    {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
     7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
     2.04426310338993978564e-15}};

inline double polynomial(const std::array<double, 8>& c, double x) {
    double value = c[7];
    for (int i = 6; i >= 0; --i) value = value * x + c[static_cast<std::size_t>(i)];
    return value;
}

inline double quotient(const Rational& f, double x) {
    return polynomial(f.above, x) / polynomial(f.below, x);
}

inline double log_of(double x) {
    const auto bits = std::bit_cast<std::uint64_t>(x);
    // x = m 2^e with m on [sqrt(1/2), sqrt(2)): 0x3fe6a09e667f3bcd is sqrt(1/2).
    constexpr std::uint64_t root_half = 0x3fe6a09e667f3bcd;
    const auto e = static_cast<std::int64_t>(bits - root_half) >> 52;
    const double m = std::bit_cast<double>(bits - (static_cast<std::uint64_t>(e) << 52U));
    // ln m = 2 atanh(s) = 2 s (1 + s^2/3 + s^4/5 + …), |s| <= 0.1716: the term after s^20/21 is
    // below 1e-17 of the sum.
    const double s = (m - 1.0) / (m + 1.0);
    const double s2 = s * s;
    constexpr std::array<double, 9> series = {1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11,
                                              1.0 / 9,  1.0 / 7,  1.0 / 5,  1.0 / 3};
    double sum = 1.0 / 21;
    for (const double coefficient : series) sum = sum * s2 + coefficient;
    // ln 2 in two parts, the first with 21 zero bits at its end: e times it is exact (fdlibm).
    constexpr double ln2_head = 0x1.62e42feep-1, ln2_tail = 0x1.a39ef35793c76p-33;
    const auto scale = static_cast<double>(e);
    return scale * ln2_head + (2.0 * s + (2.0 * s * (s2 * sum) + scale * ln2_tail));
}

constexpr double central_part = 0.425;  // |p - 1/2| up to here: 85 % of all words

inline double from_center(double q) {
    return q * quotient(central, 0.180625 - q * q);
}

/// z > 0 with `tail` above it, tail <= 0.075.
inline double from_tail(double tail) {
    const double r = std::sqrt(-log_of(tail));
    return r <= 5.0 ? quotient(near_tail, r - 1.6) : quotient(far_tail, r - 5.0);
}

/// The same for p = q + 1/2, where 1/2 - |q| is exact: q is a centered().
inline double from_outside(double q) {
    const double z = from_tail(0.5 - std::abs(q));
    return q < 0 ? -z : z;
}

inline double uniform_of(std::uint32_t word) {
    return (static_cast<double>(word) + 0.5) * 0x1p-32;
}

/// uniform_of(word) - 1/2, exactly; by way of a signed integer, which SSE2 can convert.
inline double centered(std::uint32_t word) {
    return (static_cast<double>(static_cast<std::int32_t>(word ^ 0x80000000U)) + 0.5) * 0x1p-32;
}

inline double normal_of(std::uint32_t word) {
    const double q = centered(word);
    return std::abs(q) <= central_part ? from_center(q) : from_outside(q);
}

constexpr std::size_t block_size = 256;  // chosen: stays in the first-level cache

/// normal_of for each of at most block_size words: first all as if central, which vectorises, then
/// the tails again.
void normals_of(std::span<const std::uint32_t> words, double* out) {
    for (std::size_t i = 0; i < words.size(); ++i) out[i] = from_center(centered(words[i]));
    // Gathered without a branch: one in seven taken at random would be mispredicted.
    std::array<std::size_t, block_size> outside{};
    std::size_t count = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
        outside[count] = i;
        count += std::abs(centered(words[i])) > central_part ? 1 : 0;
    }
    for (std::size_t j = 0; j < count; ++j) {
        out[outside[j]] = from_outside(centered(words[outside[j]]));
    }
}

}  // namespace

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                    std::array<std::uint32_t, 2> key) {
    return philox_block(counter, key);
}

std::uint32_t random_word(std::uint64_t seed, std::uint64_t stream, std::uint64_t i) {
    return stream_block(seed, stream, i / 4)[i % 4];
}

void random_words(std::uint64_t seed, std::uint64_t stream, std::uint64_t first,
                  std::span<std::uint32_t> out) {
    std::size_t done = 0;
    for (; done < out.size() && (first + done) % 4 != 0; ++done) {
        out[done] = random_word(seed, stream, first + done);
    }
    for (; done + 4 <= out.size(); done += 4) {
        const Counter words = stream_block(seed, stream, (first + done) / 4);
        std::copy(words.begin(), words.end(), out.data() + done);
    }
    for (; done < out.size(); ++done) out[done] = random_word(seed, stream, first + done);
}

double uniform_from(std::uint32_t word) {
    return (static_cast<double>(word) + 0.5) * 0x1p-32;
}

double normal_from(std::uint32_t word) {
    return normal_of(word);
}

void random_normals(std::uint64_t seed, std::uint64_t stream, std::uint64_t first,
                    std::span<double> out) {
    std::array<std::uint32_t, block_size> words{};
    for (std::size_t done = 0; done < out.size(); done += words.size()) {
        const std::size_t take = std::min(words.size(), out.size() - done);
        random_words(seed, stream, first + done, {words.data(), take});
        normals_of({words.data(), take}, out.data() + done);
    }
}

double normal_inverse(double p) {
    const double q = p - 0.5;
    if (std::abs(q) <= central_part) return from_center(q);
    return q < 0 ? -from_tail(p) : from_tail(1.0 - p);
}

double portable_log(double x) {
    return log_of(x);
}

std::uint64_t Random::word64() {
    const std::uint64_t first = word();
    return first | std::uint64_t{word()} << 32U;
}

std::uint32_t Random::below(std::uint32_t bound) {
    // Lemire 2019, "Fast random integer generation in an interval", ACM TOMACS 29(1), algorithm 5.
    std::uint64_t product = std::uint64_t{word()} * bound;
    const std::uint32_t threshold = (0U - bound) % bound;
    while (low(product) < threshold) product = std::uint64_t{word()} * bound;
    return high(product);
}

double Random::exponential(double mean) {
    return -mean * log_of(uniform());
}

std::vector<std::uint32_t> permutation(std::uint32_t n, Random& random) {
    std::vector<std::uint32_t> order(n);
    std::iota(order.begin(), order.end(), 0U);
    for (std::uint32_t i = n; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    return order;
}

}  // namespace assay
