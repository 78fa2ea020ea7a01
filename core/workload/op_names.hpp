// SPDX-License-Identifier: Apache-2.0
// The enumerations of operators by name, as core/workload/names.hpp has it for those of GEMMs:
// parse<OpKind>("conv"), name(OpKind::conv), names<OpKind>().
#pragma once

#include <span>
#include <string_view>

#include "core/workload/names.hpp"
#include "core/workload/op.hpp"

namespace assay {

std::string_view name(OpKind kind);  ///< "grouped_matmul".
std::string_view name(NormKind kind);
std::string_view name(Reduction reduction);
std::string_view name(Copying copying);
std::string_view name(Padding padding);
std::string_view name(Layout layout);
std::string_view name(Interpolation interpolation);
std::string_view name(Coordinates coordinates);
std::string_view name(Nearest nearest);
std::string_view name(Function function);
std::string_view name(Scaling scaling);

template <>
std::span<const std::string_view> names<OpKind>();
template <>
std::span<const std::string_view> names<NormKind>();
template <>
std::span<const std::string_view> names<Reduction>();
template <>
std::span<const std::string_view> names<Copying>();
template <>
std::span<const std::string_view> names<Padding>();
template <>
std::span<const std::string_view> names<Layout>();
template <>
std::span<const std::string_view> names<Interpolation>();
template <>
std::span<const std::string_view> names<Coordinates>();
template <>
std::span<const std::string_view> names<Nearest>();
template <>
std::span<const std::string_view> names<Function>();
template <>
std::span<const std::string_view> names<Scaling>();

}  // namespace assay
