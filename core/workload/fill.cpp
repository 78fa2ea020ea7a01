// SPDX-License-Identifier: Apache-2.0
// Random words to values to elements, a block at a time: each step is one loop without choices.
// Test vectors: tests/unit/workload/fill_test.cpp.
#include "core/workload/fill.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/random.hpp"

namespace assay {
namespace {

constexpr std::size_t block = 1024;  // chosen: words and values of a block stay in the first cache

bool is_unsigned(Dtype dtype) {
    return dtype == Dtype::u8 || dtype == Dtype::u4;
}

/// Where integer data is centred, how far one standard deviation reaches, and its range.
struct IntegerShape {
    double middle, sigma, low, high;
};

IntegerShape integer_shape(Dtype dtype) {
    const bool narrow = bits(dtype) == 4;
    const double sigma = narrow ? 2 : 32;
    if (is_unsigned(dtype)) {
        return narrow ? IntegerShape{8, sigma, 0, 15} : IntegerShape{128, sigma, 0, 255};
    }
    // i32 has the range of i8: its products must not overflow what they are summed in.
    return narrow ? IntegerShape{0, sigma, -8, 7} : IntegerShape{0, sigma, -127, 127};
}

void draw_normal(const FillSpec& spec, Dtype dtype, std::uint64_t first, std::span<double> out) {
    random_normals(spec.seed, spec.stream, first, out);
    if (!is_integer(dtype)) return;
    const IntegerShape shape = integer_shape(dtype);
    for (double& value : out) {
        value =
            std::clamp(std::nearbyint(shape.middle + shape.sigma * value), shape.low, shape.high);
    }
}

/// low + floor(u * count): the whole numbers from `low` on, all as likely to within 2^-24.
void draw_whole(std::span<const std::uint32_t> words, double low, double count,
                std::span<double> out) {
    std::transform(words.begin(), words.end(), out.begin(), [&](std::uint32_t word) {
        return low + std::floor(uniform_from(word) * count);
    });
}

void draw_uniform(const FillSpec& spec, Dtype dtype, std::uint64_t first, std::span<double> out) {
    std::array<std::uint32_t, block> buffer{};
    const auto words = std::span(buffer).first(out.size());
    random_words(spec.seed, spec.stream, first, words);
    if (spec.distribution == Distribution::integers) {
        draw_whole(words, is_unsigned(dtype) ? 0 : -4, 9, out);
    } else if (is_integer(dtype)) {
        const IntegerShape shape = integer_shape(dtype);
        draw_whole(words, shape.low, shape.high - shape.low + 1, out);
    } else {
        const double width = spec.distribution == Distribution::hpl ? 1 : 2;
        std::transform(words.begin(), words.end(), out.begin(), [width](std::uint32_t word) {
            return width * uniform_from(word) - width / 2;
        });
    }
}

/// The file again and again, from a place that seed and stream decide.
void draw_file(const FillSpec& spec, Dtype dtype, std::uint64_t first, std::span<double> out) {
    std::array<std::uint32_t, 2> start{};
    random_words(spec.seed, spec.stream, 0, start);
    const std::uint64_t size = spec.numbers.size();
    std::uint64_t at = (std::uint64_t{start[0]} << 32U | start[1]) % size;
    at = (at + first % size) % size;
    for (double& value : out) {
        value = spec.numbers[at];
        at = at + 1 == size ? 0 : at + 1;
    }
    if (!is_integer(dtype)) return;
    const IntegerShape shape = integer_shape(dtype);
    for (double& value : out) value = std::clamp(std::nearbyint(value), shape.low, shape.high);
}

using Draw = void (*)(const FillSpec&, Dtype, std::uint64_t, std::span<double>);

Draw draw_of(Distribution distribution) {
    if (distribution == Distribution::normal) return draw_normal;
    return distribution == Distribution::file ? draw_file : draw_uniform;
}

}  // namespace

void fill(std::span<std::byte> out, Dtype dtype, const FillSpec& spec) {
    if (dtype == Dtype::none) return;  // an absent bias
    const std::uint64_t count = out.size() * 8 / static_cast<std::uint64_t>(bits(dtype));
    const Draw draw = draw_of(spec.distribution);
    std::array<double, block> values{};
    for (std::uint64_t first = 0; first < count; first += block) {
        const auto now = std::span(values).first(std::min<std::uint64_t>(block, count - first));
        draw(spec, dtype, first, now);
        store_range(out, dtype, first, now);
    }
}

}  // namespace assay
