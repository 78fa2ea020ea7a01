// SPDX-License-Identifier: Apache-2.0
// Input data: the same bytes everywhere. The digests were made by an independent program
// (tests/unit/workload/fill_vectors.py).
#include "core/workload/fill.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/base/sha256.hpp"

namespace assay {

namespace {

std::vector<std::byte> filled(Dtype dtype, std::uint64_t count, const FillSpec& spec) {
    std::vector<std::byte> data(bytes(dtype, count));
    fill(data, dtype, spec);
    return data;
}

std::vector<double> values(Dtype dtype, std::uint64_t count, const FillSpec& spec) {
    std::vector<double> out(count);
    load_range(filled(dtype, count, spec), dtype, 0, out);
    return out;
}

std::string digest(const std::vector<std::byte>& data) {
    return sha256_hex({reinterpret_cast<const char*>(data.data()), data.size()});
}

struct Moments {
    double mean = 0, deviation = 0;
};

Moments moments(const std::vector<double>& sample) {
    Moments m;
    const auto n = static_cast<double>(sample.size());
    for (const double x : sample) m.mean += x / n;
    for (const double x : sample) m.deviation += (x - m.mean) * (x - m.mean) / n;
    m.deviation = std::sqrt(m.deviation);
    return m;
}

}  // namespace

TEST_CASE("the first 4096 elements of seed 1 have their published digests") {
    struct Row {
        Dtype dtype;
        Distribution distribution;
        const char* sha256;
    };
    const std::array<Row, 10> rows = {{
        {Dtype::f32, Distribution::normal,
         "fba11d5f3e958b2fa9db121fb1d39abe91791badcbdf362f2cce04437799d1d2"},
        {Dtype::bf16, Distribution::normal,
         "30446eb38640c0b5456278f29aab3459ac5823d0a60665b14cc909836380db8a"},
        {Dtype::i8, Distribution::normal,
         "08f3f2330ca5fda608b4fca53b1ebcc9fe11ab889a814f124209234ad2b4a9a0"},
        {Dtype::u8, Distribution::normal,
         "978371d61873c1e83ce8f54a94f9f4eb0c643f7523a38db97f43fb80f89907e2"},
        {Dtype::f64, Distribution::uniform,
         "7f6f5b2e909939f8ca9774b686142a60bf24a2a260d9d9bc3e310539f16ce335"},
        {Dtype::f32, Distribution::uniform,
         "95f9df7c1e6be11667dc8176b26b1a6d95510a38f3eaad8dedb25ffe3d7ede65"},
        {Dtype::f16, Distribution::uniform,
         "3dda10ba1774d98a463150319b58ed7c52fdb2af6ed412844c8ae2847ce28f49"},
        {Dtype::i8, Distribution::uniform,
         "9145ece001bf1837108920f8fb2a307b1c75a9d7c9c0cb703af401ab2784206f"},
        {Dtype::i4, Distribution::uniform,
         "c7610f3a736a3da1c5a760ef6155eb65eb2bed43496be5c966015c41111349ee"},
        {Dtype::i32, Distribution::integers,
         "f9e9aa555a4ccd456ba316f163d046da7d07d10c676a8c6d4986e7d72c118c09"},
    }};
    for (const Row& row : rows) {
        const FillSpec spec{.distribution = row.distribution, .seed = 1, .stream = 0};
        INFO(name(row.dtype));
        REQUIRE(digest(filled(row.dtype, 4096, spec)) == row.sha256);
    }
}

TEST_CASE("the first normal elements of seed 1 have their published values") {
    // Quantiles of (word + 0.5) / 2^32 for the words 3823634032, 3842641596, 2515673792,
    // 3054873127.
    const std::array<double, 4> expected = {1.2279076052549578, 1.251833425737022,
                                            0.216564051831438, 0.5570930630258673};
    const auto found = values(Dtype::f64, 4, {});
    for (std::size_t i = 0; i < 4; ++i) REQUIRE(found[i] == Approx(expected[i]).epsilon(1e-14));
}

TEST_CASE("an element does not depend on how many are filled") {
    const FillSpec spec{.seed = 9, .stream = 4};
    const auto large = filled(Dtype::bf16, 5000, spec);
    for (const std::uint64_t count : {1, 3, 1024, 1025, 4097}) {
        const auto small = filled(Dtype::bf16, count, spec);
        REQUIRE(std::memcmp(small.data(), large.data(), small.size()) == 0);
    }
}

TEST_CASE("another seed, another stream and another distribution give other data") {
    std::set<std::string> digests;
    for (const FillSpec& spec :
         {FillSpec{}, FillSpec{.seed = 2}, FillSpec{.stream = 1}, FillSpec{.seed = 1ULL << 40U},
          FillSpec{.distribution = Distribution::uniform},
          FillSpec{.distribution = Distribution::integers}}) {
        digests.insert(digest(filled(Dtype::f32, 256, spec)));
    }
    REQUIRE(digests.size() == 6);
}

TEST_CASE("normal data has its mean and deviation in every type") {
    struct Row {
        Dtype dtype;
        double mean, deviation;
    };
    for (const Row& row : {Row{Dtype::f64, 0, 1}, Row{Dtype::f32, 0, 1}, Row{Dtype::f16, 0, 1},
                           Row{Dtype::bf16, 0, 1}, Row{Dtype::f8e4m3, 0, 1},
                           Row{Dtype::f8e5m2, 0, 1}, Row{Dtype::i32, 0, 32}, Row{Dtype::i8, 0, 32},
                           Row{Dtype::u8, 128, 32}, Row{Dtype::i4, 0, 2}, Row{Dtype::u4, 8, 2}}) {
        const Moments m = moments(values(row.dtype, 100000, {}));
        INFO(name(row.dtype));
        // Five standard errors of the mean (0.0158 deviations); 2 % for rounding and clamping.
        REQUIRE(std::fabs(m.mean - row.mean) < 0.016 * row.deviation);
        REQUIRE(std::fabs(m.deviation / row.deviation - 1) < 0.03);
    }
}

TEST_CASE("uniform integers take every value of their range") {
    struct Row {
        Dtype dtype;
        double low, high;
    };
    for (const Row& row : {Row{Dtype::i8, -127, 127}, Row{Dtype::u8, 0, 255}, Row{Dtype::i4, -8, 7},
                           Row{Dtype::u4, 0, 15}, Row{Dtype::i32, -127, 127}}) {
        const auto sample = values(row.dtype, 20000, {.distribution = Distribution::uniform});
        const std::set<double> seen(sample.begin(), sample.end());
        INFO(name(row.dtype));
        REQUIRE(*seen.begin() == row.low);
        REQUIRE(*seen.rbegin() == row.high);
        REQUIRE(static_cast<double>(seen.size()) == row.high - row.low + 1);
    }
}

TEST_CASE("HPL's numbers are half of uniform ones, and whole numbers are uniform") {
    const FillSpec hpl{.distribution = Distribution::hpl};
    const FillSpec uniform{.distribution = Distribution::uniform};
    const auto halves = values(Dtype::f64, 2000, hpl);
    auto expected = values(Dtype::f64, 2000, uniform);
    for (double& value : expected) value /= 2;
    REQUIRE(halves == expected);
    REQUIRE(values(Dtype::i8, 2000, hpl) == values(Dtype::i8, 2000, uniform));
}

TEST_CASE("a file's numbers follow each other, round and round, from a place of the seed's") {
    const std::vector<float> numbers{0.5F, 1, 2, 3, 300};
    FillSpec spec{.distribution = Distribution::file, .numbers = numbers};
    const auto got = values(Dtype::f64, 3000, spec);
    const auto place = std::find(numbers.begin(), numbers.end(), static_cast<float>(got[0]));
    REQUIRE(place != numbers.end());
    for (std::size_t i = 0; i < got.size(); ++i) {
        const auto at = static_cast<std::size_t>(place - numbers.begin()) + i;
        REQUIRE(got[i] == static_cast<double>(numbers[at % numbers.size()]));
    }
    std::set<double> first;
    for (spec.stream = 0; spec.stream < 40; ++spec.stream)
        first.insert(values(Dtype::f64, 1, spec)[0]);
    REQUIRE(first.size() == numbers.size());
    const auto whole = values(Dtype::i8, 100, spec);
    REQUIRE(std::set<double>(whole.begin(), whole.end()) == std::set<double>{0, 1, 2, 3, 127});
}

TEST_CASE("small integers are exact in every type, and the same in all signed ones") {
    const FillSpec spec{.distribution = Distribution::integers};
    const auto expected = values(Dtype::f64, 2000, spec);
    for (const Dtype dtype : {Dtype::f32, Dtype::f16, Dtype::bf16, Dtype::f8e4m3, Dtype::f8e5m2,
                              Dtype::i32, Dtype::i8, Dtype::i4}) {
        INFO(name(dtype));
        REQUIRE(values(dtype, 2000, spec) == expected);
    }
    const std::set<double> seen(expected.begin(), expected.end());
    REQUIRE(seen == std::set<double>{-4, -3, -2, -1, 0, 1, 2, 3, 4});
    const auto natural = values(Dtype::u4, 2000, spec);
    REQUIRE(*std::max_element(natural.begin(), natural.end()) == 8);
}

TEST_CASE("narrow data is the f64 data rounded once") {
    const auto exact = values(Dtype::f64, 3000, {.seed = 5});
    for (const Dtype dtype : {Dtype::f32, Dtype::f16, Dtype::bf16, Dtype::f8e4m3, Dtype::f8e5m2}) {
        std::vector<std::byte> rounded(bytes(dtype, exact.size()));
        store_range(rounded, dtype, 0, exact);
        REQUIRE(rounded == filled(dtype, exact.size(), {.seed = 5}));
    }
}

TEST_CASE("an absent tensor is left alone") {
    fill({}, Dtype::none, {});
    SUCCEED();
}

}  // namespace assay
