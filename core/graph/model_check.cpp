// SPDX-License-Identifier: Apache-2.0
// What makes the hyper-parameters of a family a model; one table for sizes, one rule each for what
// must divide.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/graph/model.hpp"

namespace assay {
namespace {

/// Keys that may be 0: each turns something off.
constexpr std::array<std::string_view, 6> may_be_zero = {
    "experts", "experts_per_token", "window", "classes", "context_tokens", "context_width"};
constexpr std::int64_t largest_size = std::int64_t{1} << 30U;
/// What is repeated node by node; chosen: ten times the largest that is published.
constexpr std::array<std::string_view, 3> counts = {"layers", "blocks", "experts"};
constexpr std::int64_t largest_count = 4096;

template <class Names>
bool is_in(const Names& names, std::string_view key) {
    return std::find(names.begin(), names.end(), key) != names.end();
}

std::string wrong_size(std::string_view key, std::int64_t value) {
    const std::int64_t least = is_in(may_be_zero, key) ? 0 : 1;
    const std::int64_t most = is_in(counts, key) ? largest_count : largest_size;
    if (value < least) return fmt::format("{} must be at least {}, is {}", key, least, value);
    return value > most ? fmt::format("{} must be at most {}, is {}", key, most, value) : "";
}

std::string wrong_size(std::string_view key, double value) {
    return value > 0 && value < 1e30
               ? ""
               : fmt::format("{} must be above 0 and finite, is {}", key, value);
}

std::string wrong_size(std::string_view key, const std::vector<std::int64_t>& values) {
    if (values.empty()) return fmt::format("{} must be a list that is not empty", key);
    for (const std::int64_t each : values) {
        if (std::string wrong = wrong_size(key, each); !wrong.empty()) return wrong;
    }
    return "";
}

std::string wrong_size(std::string_view, bool) {
    return "";
}
std::string wrong_size(std::string_view, Activation) {
    return "";
}

std::string divides(std::string_view what, std::int64_t part, std::string_view whole,
                    std::int64_t value) {
    return value % part == 0
               ? ""
               : fmt::format("{} ({}) must be a multiple of {} ({})", whole, value, what, part);
}

std::string wrong_ratio(const Decoder& m) {
    if (m.head % 2 != 0) return fmt::format("head must be even for rotation, is {}", m.head);
    if (m.rope_high_frequency_factor <= m.rope_low_frequency_factor)
        return "rope_high_frequency_factor must be above rope_low_frequency_factor";
    if ((m.experts > 0) != (m.experts_per_token > 0) || m.experts_per_token > m.experts)
        return "experts_per_token must be at most experts, and 0 when they are 0";
    return divides("key_value_heads", m.key_value_heads, "heads", m.heads);
}

std::string wrong_ratio(const Encoder& m) {
    return divides("heads", m.heads, "width", m.width);
}

std::string wrong_ratio(const VisionTransformer& m) {
    const std::string heads = divides("heads", m.heads, "width", m.width);
    return heads.empty() ? divides("patch", m.patch, "image", m.image) : heads;
}

std::string wrong_ratio(const Convolutional& m) {
    return m.blocks.size() == m.widths.size() ? "" : "blocks and widths must be of equal length";
}

std::string wrong_ratio(const Recommender& m) {
    return m.bottom.back() == m.width ? "" : "the last of bottom must be width";
}

std::string wrong_ratio(const UnetBlock& m) {
    if ((m.context_tokens > 0) != (m.context_width > 0))
        return "context_tokens and context_width are given together";
    for (const std::int64_t channels : {m.channels_in, m.channels}) {
        if (std::string wrong = divides("groups", m.groups, "channels", channels); !wrong.empty())
            return wrong;
    }
    return divides("heads", m.heads, "channels", m.channels);
}

std::string wrong_ratio(const SpeechEncoder& m) {
    return divides("heads", m.heads, "width", m.width);
}

}  // namespace

std::string invalid(const Family& family) {
    std::string wrong;
    std::visit(
        [&](const auto& model) {
            describe(model, [&](std::string_view key, const auto& value) {
                if (wrong.empty()) wrong = wrong_size(key, value);
            });
            if (wrong.empty()) wrong = wrong_ratio(model);
        },
        family);
    return wrong.empty() ? "" : fmt::format("{}: {}", family_name(family), wrong);
}

}  // namespace assay
