// SPDX-License-Identifier: Apache-2.0
// Names of the protocol's enumerations, and any described value as text: one rule for keys, filters
// and messages.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include <fmt/format.h>

#include "core/suite/case.hpp"
#include "core/workload/names.hpp"

namespace assay {

template <>
std::span<const std::string_view> names<Measure>();
template <>
std::span<const std::string_view> names<CacheState>();

/// "true", "bf16", "weights-cold", "512".
template <class T>
std::string text_of(const T& value) {
    if constexpr (std::is_enum_v<T>) {
        return std::string(name(value));
    } else {
        return fmt::format("{}", value);
    }
}

/// Calls field(name, value) for every field of the workload, then of the protocol.
template <class C, class Visitor>
void describe_case(C& each, Visitor&& field) {
    std::visit([&](auto& workload) { describe(workload, field); }, each.workload);
    describe(each.protocol, field);
}

}  // namespace assay
