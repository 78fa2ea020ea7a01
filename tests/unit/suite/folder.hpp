// SPDX-License-Identifier: Apache-2.0
// A folder suites/ of its own for each test, gone afterwards.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "core/base/error.hpp"
#include "core/suite/suite.hpp"

namespace assay::test {

class SuitesFolder {
public:
    SuitesFolder() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "assay-suite-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
        base_ = pattern;
        std::filesystem::create_directories(path());
    }
    ~SuitesFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(base_, ignored);
    }
    SuitesFolder(const SuitesFolder&) = delete;
    SuitesFolder& operator=(const SuitesFolder&) = delete;

    [[nodiscard]] std::filesystem::path path() const { return base_ / "suites"; }

    /// Writes suites/NAME.
    std::filesystem::path write(const std::string& name, const std::string& text) const {
        const std::filesystem::path file = path() / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
        return file;
    }

private:
    std::filesystem::path base_;
};

/// The suite with that text.
inline Suite load_text(const std::string& text) {
    const SuitesFolder folder;
    return load_suite(folder.write("a.toml", text));
}

/// What the refusal of that text says, from the file's name on; "" when it is accepted.
inline std::string refusal(const std::string& text) {
    const SuitesFolder folder;
    try {
        load_suite(folder.write("a.toml", text));
    } catch (const Error& error) {
        const std::string what = error.what();
        const std::size_t at = what.find("a.toml");
        return at == std::string::npos ? what : what.substr(at);
    }
    return "";
}

inline const Gemm& gemm_of(const Case& each) {
    return std::get<Gemm>(each.workload);
}

}  // namespace assay::test
