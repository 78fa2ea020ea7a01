// SPDX-License-Identifier: Apache-2.0
#include "core/graph/numbers.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/base/random.hpp"

namespace assay {
namespace {

/// The first out.size() drawn elements.
void draw(std::span<double> out, const FillRule& rule, std::uint64_t seed, std::uint64_t stream) {
    if (rule.filling == Filling::normal) {
        random_normals(seed, stream, 0, out);
        for (double& each : out) each = rule.center + rule.scale * each;
        return;
    }
    std::vector<std::uint32_t> words(out.size());
    random_words(seed, stream, 0, words);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const double u = uniform_from(words[i]);
        out[i] = rule.filling == Filling::below ? std::floor(u * rule.scale)
                                                : rule.center + rule.scale * (2 * u - 1);
    }
}

std::vector<double> first_elements(const Value& value, std::uint64_t seed, std::uint64_t count) {
    const FillRule& rule = value.fill;
    std::vector<double> numbers(count);
    if (rule.filling == Filling::listed) {
        if (rule.values.size() != count) {
            throw Error(fmt::format("'{}' has {} elements, {} are listed", value.name, count,
                                    rule.values.size()));
        }
        return rule.values;
    }
    if (rule.filling == Filling::same) {
        std::fill(numbers.begin(), numbers.end(), rule.center);
    } else {
        draw(numbers, rule, seed, stream_of(value.name));
    }
    return numbers;
}

void copy_stored(std::span<std::byte> out, const Value& value) {
    const std::string none;
    const std::string& stored = value.fill.stored ? *value.fill.stored : none;
    if (stored.size() != out.size()) {
        throw Error(
            fmt::format("'{}' has {} bytes, {} are stored", value.name, out.size(), stored.size()));
    }
    std::memcpy(out.data(), stored.data(), stored.size());
}

}  // namespace

std::uint64_t stream_of(std::string_view name) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char each : name) {
        hash ^= static_cast<unsigned char>(each);
        hash *= 0x100000001b3ULL;
    }
    return hash;
}

void fill(std::span<std::byte> out, const Value& value, std::uint64_t seed) {
    if (value.fill.filling == Filling::stored) {
        copy_stored(out, value);
        return;
    }
    const Dtype dtype = value.type.dtype;
    const std::uint64_t count = element_count(value.type);
    const bool repeats = value.fill.filling != Filling::listed;
    const std::uint64_t drawn = repeats ? std::min(count, fill_period) : count;
    const std::size_t period = bytes(dtype, drawn);
    store_range(out.first(period), dtype, 0, first_elements(value, seed, drawn));
    for (std::size_t at = period; at < out.size(); at += period)
        std::memcpy(out.data() + at, out.data(), std::min(period, out.size() - at));
}

}  // namespace assay
