// SPDX-License-Identifier: Apache-2.0
#include "core/suite/data_file.hpp"

#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "core/base/sha256.hpp"

namespace assay {

std::vector<float> parse_numbers(const std::string& bytes, const std::string& name) {
    if (bytes.empty() || bytes.size() % sizeof(float) != 0) {
        throw Error(fmt::format("{}: {} bytes are no list of f32: it must be 4 bytes a number",
                                name, bytes.size()));
    }
    std::vector<float> numbers(bytes.size() / sizeof(float));
    std::memcpy(numbers.data(), bytes.data(), bytes.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (std::isfinite(numbers[i])) continue;
        throw Error(
            fmt::format("{}: number {} is not finite: only finite f32 can be inputs", name, i));
    }
    return numbers;
}

std::vector<float> numbers_of(const Case& each) {
    if (!each.protocol.data) return {};
    const std::string bytes = read_file(each.data_path, most_data_bytes);
    if (sha256_hex(bytes) != each.protocol.data->sha256)
        throw Error(each.data_file + ": has changed since the suite was read");
    return parse_numbers(bytes, each.data_file);
}

}  // namespace assay
