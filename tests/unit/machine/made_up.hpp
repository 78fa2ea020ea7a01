// SPDX-License-Identifier: Apache-2.0
// A made-up root folder: a few files of /proc and /sys with the contents a test gives.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

class MadeUp {
public:
    MadeUp() {
        std::string name = (std::filesystem::temp_directory_path() / "assay-root-XXXXXX").string();
        if (mkdtemp(name.data()) != nullptr) root_ = name;
    }
    MadeUp(const MadeUp&) = delete;
    MadeUp& operator=(const MadeUp&) = delete;
    ~MadeUp() {
        std::error_code ignored;
        std::filesystem::remove_all(root_, ignored);
    }

    MadeUp& file(const std::string& path, const std::string& text) {
        std::filesystem::create_directories((root_ / path).parent_path());
        std::ofstream(root_ / path, std::ios::binary) << text;
        return *this;
    }
    MadeUp& cpu(int number, const std::string& path, const std::string& text) {
        return file("sys/devices/system/cpu/cpu" + std::to_string(number) + "/" + path, text);
    }

    [[nodiscard]] const std::filesystem::path& root() const { return root_; }

private:
    std::filesystem::path root_;
};
