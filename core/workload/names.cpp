// SPDX-License-Identifier: Apache-2.0
// One table of names for each enumeration; the order is that of its constants.
#include "core/workload/names.hpp"

#include <array>

namespace assay {

namespace {

using namespace std::string_view_literals;

constexpr std::array math_names = {"strict"sv, "tf32"sv, "bf16x3"sv, "any"sv};
constexpr std::array activation_names = {"none"sv, "relu"sv, "gelu"sv, "gelu_tanh"sv, "silu"sv};
constexpr std::array distribution_names = {"normal"sv, "uniform"sv, "integers"sv, "hpl"sv,
                                           "file"sv};

}  // namespace

template <>
std::span<const std::string_view> names<Math>() {
    return math_names;
}

template <>
std::span<const std::string_view> names<Activation>() {
    return activation_names;
}

template <>
std::span<const std::string_view> names<Distribution>() {
    return distribution_names;
}

template <>
std::optional<Dtype> parse<Dtype>(std::string_view text) {
    return parse_dtype(text);
}

std::string_view name(Math math) {
    return math_names.at(static_cast<std::size_t>(math));
}

std::string_view name(Activation activation) {
    return activation_names.at(static_cast<std::size_t>(activation));
}

std::string_view name(Distribution distribution) {
    return distribution_names.at(static_cast<std::size_t>(distribution));
}

}  // namespace assay
