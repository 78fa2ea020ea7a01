// SPDX-License-Identifier: Apache-2.0
#include "core/suite/case.hpp"

#include <fmt/format.h>

#include "core/suite/names.hpp"

namespace assay {

std::string key_of(const Case& each) {
    std::string key = key_of(each.workload);
    describe_flat(each.protocol, [&](const char* field, const auto& value) {
        key += fmt::format(" {}={}", field, text_of(value));
    });
    return key;
}

}  // namespace assay
