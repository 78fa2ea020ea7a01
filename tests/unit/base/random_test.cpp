// SPDX-License-Identifier: Apache-2.0
// The generator against Random123's known answers and docs/random.md; the distributions against
// libm and against what they must be on average. Every seed is fixed: nothing here can flake.
#include "core/base/random.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

#include <catch2/catch.hpp>

#include "core/base/file.hpp"
#include "core/base/text.hpp"

using namespace assay;
using Block = std::array<std::uint32_t, 4>;

TEST_CASE("Philox gives the known answers of Random123", "[base][random]") {
    // Random123, tests/kat_vectors, "philox4x32 10": zeros, ones, the digits of pi.
    constexpr std::uint32_t ones = 0xffffffff;
    CHECK(philox({0, 0, 0, 0}, {0, 0}) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    CHECK(philox({ones, ones, ones, ones}, {ones, ones}) ==
          Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
          Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("the stream lays seed, stream and index out as documented", "[base][random]") {
    const std::uint64_t seed = 0x1122334455667788, stream = 0x99aabbccddeeff00;
    const std::uint64_t i = (0x123456789aULL << 2U) + 3;
    const Block block =
        philox({0x3456789a, 0x12, 0xddeeff00, 0x99aabbcc}, {0x55667788, 0x11223344});
    CHECK(random_word(seed, stream, i) == block[3]);
}

TEST_CASE("the published vectors hold bit for bit", "[base][random]") {
    const std::string page = read_file(ASSAY_SOURCE_DIR "/docs/random.md");
    int rows = 0;
    for (const std::string& line : split(page, '\n')) {
        unsigned long long i = 0;
        unsigned word = 0;
        double uniform = 0, normal = 0;
        const char* format = "| %llu | 0x%x | %la | %la |";
        if (std::sscanf(line.c_str(), format, &i, &word, &uniform, &normal) != 4) continue;
        CAPTURE(line);
        CHECK(random_word(42, 7, i) == word);
        CHECK(uniform_from(word) == uniform);
        CHECK(normal_from(word) == normal);
        ++rows;
    }
    CHECK(rows == 16);
}

TEST_CASE("bulk words and normals are those of random access", "[base][random]") {
    for (const std::uint64_t first : {0U, 1U, 2U, 3U, 1021U}) {
        for (const std::size_t count : {0U, 1U, 3U, 4U, 255U, 600U}) {
            std::vector<std::uint32_t> words(count);
            std::vector<double> normals(count);
            random_words(9, 8, first, words);
            random_normals(9, 8, first, normals);
            for (std::size_t i = 0; i < count; ++i) {
                REQUIRE(words[i] == random_word(9, 8, first + i));
                REQUIRE(normals[i] == normal_from(words[i]));
            }
        }
    }
}

TEST_CASE("the uniform numbers end just short of 0 and 1", "[base][random]") {
    CHECK(uniform_from(0) == 0x1p-33);
    CHECK(uniform_from(0xffffffff) == 1 - 0x1p-33);
}

TEST_CASE("our logarithm agrees with libm to 1e-13", "[base][random]") {
    double worst = 0;
    for (double x = 1e-300; x < 1e300; x *= 1.013) {
        const double exact = std::log(x);
        worst = std::max(worst, std::abs(portable_log(x) - exact) / std::abs(exact));
    }
    for (double x = 0.5; x < 2; x += 1.7e-5) {
        const double exact = std::log(x);
        worst = std::max(worst, std::abs(portable_log(x) - exact) / std::abs(exact));
    }
    CHECK(worst < 1e-13);
    CHECK(portable_log(1) == 0);
}

TEST_CASE("the normal numbers invert the normal distribution of libm", "[base][random]") {
    for (std::uint64_t word = 0; word <= 0xffffffff; word += 1'048'573) {
        const auto w = static_cast<std::uint32_t>(word);
        const double z = normal_from(w);
        const double tail = std::erfc(std::abs(z) / std::sqrt(2.0)) / 2;
        REQUIRE(tail == Approx(std::min(uniform_from(w), 1 - uniform_from(w))).epsilon(1e-13));
        REQUIRE(normal_from(~w) == -z);  // symmetric to the last bit
    }
    CHECK(std::abs(normal_from(0)) < 6.4);
}

TEST_CASE("normal numbers have mean 0 and variance 1", "[base][random]") {
    std::vector<double> z(1'000'000);
    random_normals(1, 2, 0, z);
    const double n = static_cast<double>(z.size());
    const double mean = std::accumulate(z.begin(), z.end(), 0.0) / n;
    const double square = std::inner_product(z.begin(), z.end(), z.begin(), 0.0) / n;
    CHECK(std::abs(mean) < 4 / std::sqrt(n));              // 4 standard errors
    CHECK(std::abs(square - 1) < 4 * std::sqrt(2.0 / n));  // sd of z^2 is sqrt(2)
}

TEST_CASE("numbers below a bound are uniform", "[base][random]") {
    Random random(3, 4);
    constexpr std::uint32_t bound = 10;
    std::array<int, bound> counts{};
    constexpr int draws = 100'000;
    for (int i = 0; i < draws; ++i) ++counts.at(random.below(bound));
    double chi_square = 0;
    for (const int count : counts) {
        const double excess = count - draws / double{bound};
        chi_square += excess * excess / (draws / double{bound});
    }
    CHECK(chi_square < 27.88);  // 99.9 % quantile with 9 degrees of freedom
    CHECK(random.below(1) == 0);
}

TEST_CASE("two thirds of all words are rejected alike for an awkward bound", "[base][random]") {
    // 3 * 2^30: without rejection every third number would come twice as often as the others.
    Random random(3, 5);
    constexpr std::uint32_t bound = 3U << 30U;
    int third = 0;
    constexpr int draws = 30'000;
    for (int i = 0; i < draws; ++i) third += random.below(bound) % 3 == 0 ? 1 : 0;
    CHECK(std::abs(third - draws / 3) < 4 * std::sqrt(draws * 2.0 / 9));
}

TEST_CASE("exponential numbers have the mean asked for", "[base][random]") {
    Random random(7, 7);
    double sum = 0;
    constexpr int draws = 100'000;
    for (int i = 0; i < draws; ++i) {
        const double x = random.exponential(2.5);
        REQUIRE(x > 0);
        sum += x;
    }
    CHECK(std::abs(sum / draws - 2.5) < 4 * 2.5 / std::sqrt(double{draws}));
}

TEST_CASE("a permutation holds every number once and is the published one", "[base][random]") {
    Random random(5, 6);
    CHECK(permutation(10, random) == std::vector<std::uint32_t>{4, 3, 6, 2, 5, 9, 1, 8, 7, 0});
    std::vector<std::uint32_t> order = permutation(1000, random);
    std::sort(order.begin(), order.end());
    for (std::uint32_t i = 0; i < 1000; ++i) REQUIRE(order[i] == i);
    CHECK(permutation(0, random).empty());
}

TEST_CASE("a 64-bit number is two words, the low one first", "[base][random]") {
    Random random(11, 12);
    const std::uint64_t low = random_word(11, 12, 0), high = random_word(11, 12, 1);
    CHECK(random.word64() == (low | high << 32U));
}
