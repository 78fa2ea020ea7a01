// SPDX-License-Identifier: Apache-2.0
// Rule R2 in three functions: structs that are older or newer than this plugin.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "assay/sdk/error.hpp"

namespace assay {
namespace sdk {

/// A zeroed struct of this header's size.
template <class T>
T make() {
    T made{};
    made.struct_size = sizeof(T);
    return made;
}

/// A copy of an IN struct, missing bytes as zero. Throws Error NEWER when it carries anything but
/// zero beyond what this plugin was written for: ignoring it would be a wrong result with a good
/// score.
template <class T>
T read(const T* from, const char* what) {
    if (from == nullptr) fail(ASSAY_ERR_INVALID, "%s is NULL", what);
    const std::uint32_t size = from->struct_size;
    if (size < 8) fail(ASSAY_ERR_INVALID, "%s: struct_size is not set", what);
    const auto* bytes = reinterpret_cast<const unsigned char*>(from);
    for (std::size_t i = sizeof(T); i < size; ++i) {
        if (bytes[i] != 0) {
            fail(ASSAY_ERR_NEWER, "%s uses a field newer than this plugin (written for ABI %d.%d)",
                 what, ASSAY_ABI_MAJOR, ASSAY_TARGET_MINOR);
        }
    }
    T copy{};
    std::memcpy(&copy, bytes, std::min<std::size_t>(sizeof(T), size));
    copy.struct_size = sizeof(T);
    return copy;
}

/// Fills an OUT struct as far as it goes; its struct_size stays as the caller set it.
template <class T>
void write(T* to, T from) {
    if (to == nullptr) fail(ASSAY_ERR_INVALID, "the output struct is NULL");
    if (to->struct_size < 8) fail(ASSAY_ERR_INVALID, "the output's struct_size is not set");
    from.struct_size = to->struct_size;
    std::memcpy(to, &from, std::min<std::size_t>(sizeof(T), to->struct_size));
}

}  // namespace sdk
}  // namespace assay
