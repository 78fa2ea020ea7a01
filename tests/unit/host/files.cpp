// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/host/files.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include <stdlib.h>

namespace assay::test {

namespace fs = std::filesystem;

fs::path broken(const std::string& name) {
    return fs::path(ASSAY_BROKEN_PLUGINS) / (name + ".so");
}

std::string bytes_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + file.string());
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "assay-host-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = fs::canonical(pattern);
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

fs::path TemporaryFolder::file(const std::string& name, const std::string& bytes) const {
    std::ofstream(path_ / name, std::ios::binary) << bytes;
    return path_ / name;
}

}  // namespace assay::test
