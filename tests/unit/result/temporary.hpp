// SPDX-License-Identifier: Apache-2.0
// A file that is gone after the test, and a whole Run written to it.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

#include "core/result/run.hpp"
#include "core/result/writer.hpp"

namespace assay {

struct Temporary {
    explicit Temporary(const std::string& name)
        : path(std::filesystem::temp_directory_path() /
               ("assay-test-" + std::to_string(getpid()) + "-" + name)) {
        std::filesystem::remove(path);
    }
    ~Temporary() { std::filesystem::remove(path); }
    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;

    [[nodiscard]] std::vector<std::string> lines() const {
        std::ifstream stream(path, std::ios::binary);
        std::vector<std::string> found;
        for (std::string line; std::getline(stream, line);) found.push_back(line);
        return found;
    }
    void set(const std::string& text) const {
        std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
    }

    std::filesystem::path path;
};

inline void write(const Run& run, const std::filesystem::path& path) {
    ResultWriter writer(path, run.header, true);
    for (const CaseRecord& record : run.records) writer.append(record);
    if (run.end) writer.append(*run.end);
}

}  // namespace assay
