// SPDX-License-Identifier: Apache-2.0
// Names of the protocol's enumerations, and every field of a case in one go; values as text are
// core/workload/words.hpp's.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/suite/case.hpp"
#include "core/workload/words.hpp"

namespace assay {

template <>
std::span<const std::string_view> names<Measure>();
template <>
std::span<const std::string_view> names<CacheState>();
template <>
std::span<const std::string_view> names<Scenario>();

/// Calls field(name, value) for every field of the workload, then of the protocol.
template <class C, class Visitor>
void describe_case(C& each, Visitor&& field) {
    std::visit([&](auto& workload) { describe(workload, field); }, each.workload);
    describe_flat(each.protocol, field);
}

}  // namespace assay
