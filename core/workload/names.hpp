// SPDX-License-Identifier: Apache-2.0
// Enumerations by name: one table each, for every reader and writer.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "core/workload/fill.hpp"
#include "core/workload/gemm.hpp"

namespace assay {

std::string_view name(Math math);
std::string_view name(Activation activation);
std::string_view name(Distribution distribution);

/// All names of E in order, E as wanted: Math, Activation, Distribution, Dtype.
template <class E>
std::span<const std::string_view> names();
template <>
std::span<const std::string_view> names<Math>();
template <>
std::span<const std::string_view> names<Activation>();
template <>
std::span<const std::string_view> names<Distribution>();
template <>
std::span<const std::string_view> names<Dtype>();  // with "none"

/// The value of that name, or nothing. For enumerations that count from 0; Dtype has its own.
template <class E>
std::optional<E> parse(std::string_view name) {
    const auto all = names<E>();
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i] == name) return static_cast<E>(i);
    }
    return std::nullopt;
}
template <>
std::optional<Dtype> parse<Dtype>(std::string_view name);

}  // namespace assay
