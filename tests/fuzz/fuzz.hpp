// SPDX-License-Identifier: Apache-2.0
// What every libFuzzer target does: gives the bytes to a reader, which reads them or throws Error.
// Any other exception, a sanitizer's word, a hang or too much memory ends the fuzzer with a
// finding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/base/error.hpp"

namespace assay::fuzz {

template <class Reader>
int attempt(const std::uint8_t* data, std::size_t size, const Reader& reader) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    try {
        reader(text);
    } catch (const Error&) {
        return 0;  // refused in words
    }
    return 0;
}

}  // namespace assay::fuzz
