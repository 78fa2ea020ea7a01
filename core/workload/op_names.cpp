// SPDX-License-Identifier: Apache-2.0
// One table of names for each enumeration; the order is that of its constants.
#include "core/workload/op_names.hpp"

#include <array>

namespace assay {

namespace {

using namespace std::string_view_literals;

constexpr std::array op_kind_names = {
    "none"sv,        "matmul"sv, "conv"sv,   "attention"sv,      "softmax"sv, "norm"sv,
    "elementwise"sv, "reduce"sv, "gather"sv, "scatter"sv,        "pool"sv,    "copy"sv,
    "convert"sv,     "rope"sv,   "topk"sv,   "grouped_matmul"sv, "resize"sv};
constexpr std::array norm_kind_names = {"none"sv, "layer"sv, "rms"sv, "group"sv, "batch"sv};
constexpr std::array reduction_names = {"none"sv,    "sum"sv,         "mean"sv,
                                        "max"sv,     "argmax"sv,      "min"sv,
                                        "product"sv, "sum_squares"sv, "argmin"sv};
constexpr std::array copying_names = {"none"sv,   "transpose"sv, "slice"sv,
                                      "concat"sv, "pad"sv,       "expand"sv};
constexpr std::array padding_names = {"constant"sv, "edge"sv, "reflect"sv};
constexpr std::array layout_names = {"channels_first"sv, "channels_last"sv};
constexpr std::array interpolation_names = {"nearest"sv, "linear"sv};
constexpr std::array coordinates_names = {"half_pixel"sv, "asymmetric"sv, "align_corners"sv};
constexpr std::array nearest_names = {"floor"sv, "round_down"sv, "ceil"sv, "round_up"sv};
constexpr std::array function_names = {
    "none"sv,       "add"sv,         "mul"sv,          "sub"sv,        "div"sv,        "max"sv,
    "activation"sv, "gated"sv,       "exp"sv,          "sigmoid"sv,    "tanh"sv,       "min"sv,
    "pow"sv,        "sqrt"sv,        "rsqrt"sv,        "log"sv,        "abs"sv,        "neg"sv,
    "erf"sv,        "floor"sv,       "ceil"sv,         "round"sv,      "sin"sv,        "cos"sv,
    "reciprocal"sv, "clip"sv,        "hard_sigmoid"sv, "hard_swish"sv, "leaky_relu"sv, "elu"sv,
    "softplus"sv,   "sign"sv,        "prelu"sv,        "where"sv,      "equal"sv,      "less"sv,
    "greater"sv,    "logical_not"sv, "logical_and"sv,  "logical_or"sv};
constexpr std::array scaling_names = {"none"sv, "tensor"sv, "channel"sv, "block"sv};

template <class E>
std::string_view name_of(E value) {
    return names<E>()[static_cast<std::size_t>(value)];
}

}  // namespace

template <>
std::span<const std::string_view> names<OpKind>() {
    return op_kind_names;
}

template <>
std::span<const std::string_view> names<NormKind>() {
    return norm_kind_names;
}

template <>
std::span<const std::string_view> names<Reduction>() {
    return reduction_names;
}

template <>
std::span<const std::string_view> names<Copying>() {
    return copying_names;
}

template <>
std::span<const std::string_view> names<Padding>() {
    return padding_names;
}

template <>
std::span<const std::string_view> names<Layout>() {
    return layout_names;
}

template <>
std::span<const std::string_view> names<Interpolation>() {
    return interpolation_names;
}

template <>
std::span<const std::string_view> names<Coordinates>() {
    return coordinates_names;
}

template <>
std::span<const std::string_view> names<Nearest>() {
    return nearest_names;
}

template <>
std::span<const std::string_view> names<Function>() {
    return function_names;
}

template <>
std::span<const std::string_view> names<Scaling>() {
    return scaling_names;
}

std::string_view name(OpKind kind) {
    return name_of(kind);
}

std::string_view name(NormKind kind) {
    return name_of(kind);
}

std::string_view name(Reduction reduction) {
    return name_of(reduction);
}

std::string_view name(Copying copying) {
    return name_of(copying);
}

std::string_view name(Padding padding) {
    return name_of(padding);
}

std::string_view name(Layout layout) {
    return name_of(layout);
}

std::string_view name(Interpolation interpolation) {
    return name_of(interpolation);
}

std::string_view name(Coordinates coordinates) {
    return name_of(coordinates);
}

std::string_view name(Nearest nearest) {
    return name_of(nearest);
}

std::string_view name(Function function) {
    return name_of(function);
}

std::string_view name(Scaling scaling) {
    return name_of(scaling);
}

}  // namespace assay
