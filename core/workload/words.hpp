// SPDX-License-Identifier: Apache-2.0
// Any described value as text: one rule for keys, names, filters and messages. A shape's is
// text_of(Shape) of op.hpp.
#pragma once

#include <string>
#include <type_traits>

#include <fmt/format.h>

#include "core/workload/op_names.hpp"

namespace assay {

/// "true", "bf16", "weights-cold", "512".
template <class T>
std::string text_of(const T& value) {
    if constexpr (std::is_enum_v<T>) {
        return std::string(name(value));
    } else {
        return fmt::format("{}", value);
    }
}

}  // namespace assay
