// SPDX-License-Identifier: Apache-2.0
// The numbers and character arrays of the C ABI as values of the core, and back. For this folder
// and core/conform. What a plugin says is checked here: an undefined number is its fault, named in
// the error.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "assay/plugin.h"
#include "core/workload/gemm.hpp"

namespace assay {

/// The text of a fixed array up to its NUL, or all of it when the plugin forgot the NUL.
template <std::size_t N>
std::string_view bounded_text(const char (&array)[N]) {
    return {array, strnlen(array, N)};
}

/// A plugin's text, made printable. Throws PluginError "FIELD: is not NUL-terminated …".
std::string text_of(std::string_view bounded, std::size_t capacity, const char* field);
template <std::size_t N>
std::string text_of(const char (&array)[N], const char* field) {
    return text_of(bounded_text(array), N, field);
}

std::int32_t abi_code(Math math);
std::int32_t abi_code(Activation activation);

/// True when the core has a name for this ASSAY_F32 …
bool is_known_dtype(assay_dtype code);

/// The readers below throw PluginError "CALL: FIELD is 7, …" for an undefined number.
Dtype dtype_from(assay_dtype code, const char* where);
Math math_from(std::int32_t code, const char* where);
std::string support_from(std::int32_t level, const char* where);  ///< "none", "native" …
std::string timer_from(std::int32_t timer, const char* where);    ///< "none", "host" …
std::string kind_from(std::int32_t kind);                         ///< Unknown is "other".

/// Throws PluginError(ASSAY_ERR_INTERNAL): the plugin broke a rule of the ABI.
[[noreturn]] void plugin_misbehaves(const std::string& text);

}  // namespace assay
