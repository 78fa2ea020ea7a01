// SPDX-License-Identifier: Apache-2.0
// The only error style a plugin author sees: throw assay::sdk::Error, or call fail(). The glue
// turns it into a status and a message; no exception crosses the C line (R4).
#pragma once

#include <algorithm>
#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <utility>

#include "assay/abi.h"

namespace assay {
namespace sdk {

/// A failed call. code: ASSAY_ERR_*. native: the vendor's own code, 0 if none.
struct Error : std::exception {
    assay_status code;
    int native;
    std::string text;

    Error(assay_status status, std::string message, int native_code = 0)
        : code(status), native(native_code), text(std::move(message)) {}
    const char* what() const noexcept override { return text.c_str(); }
};

/// Throws Error with a printf-style message: one line, where, what, what to do.
[[noreturn, gnu::format(printf, 2, 3)]] inline void fail(assay_status code, const char* format,
                                                         ...) {
    char text[sizeof(assay_error::message)];
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    throw Error(code, text);
}

/// Copies text into a fixed field, cut after the last whole UTF-8 character that fits.
template <std::size_t N>
void put(char (&to)[N], const std::string& from) {
    std::size_t size = std::min(from.size(), N - 1);
    while (size > 0 && size < from.size() &&
           (static_cast<unsigned char>(from[size]) & 0xC0u) == 0x80u) {
        --size;
    }
    std::memcpy(to, from.data(), size);
    std::memset(to + size, 0, N - size);
}

}  // namespace sdk
}  // namespace assay
