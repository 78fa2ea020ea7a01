// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4): the identity of suites, plugins and records.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace assay {

/// The digest as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

/// The digest of a file's bytes, read in pieces. Throws Error when it cannot be read.
std::string sha256_file(const std::filesystem::path& path);

}  // namespace assay
