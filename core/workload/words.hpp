// SPDX-License-Identifier: Apache-2.0
// Any described value as text: one rule for keys, names, filters and messages. A shape's is
// text_of(Shape) of op.hpp.
#pragma once

#include <optional>
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

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// use(field, text) of a field that is there: an absent optional is none, so that what came later
/// changes no older key.
template <class T, class Use>
void with_text(const char* field, const T& value, Use&& use) {
    if constexpr (is_optional<T>) {
        if (value) use(field, text_of(*value));
    } else {
        use(field, text_of(value));
    }
}

}  // namespace assay
