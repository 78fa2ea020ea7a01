// SPDX-License-Identifier: Apache-2.0
// A text file line by line, within limits: for files from strangers. It knows no record.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace assay {

class Lines {
public:
    static constexpr std::uint64_t max_line_bytes = 64ULL << 20;
    static constexpr std::uint64_t max_file_bytes = 4ULL << 30;

    /// Throws Error when the file is missing, not regular, unreadable or larger than 4 GiB.
    explicit Lines(const std::filesystem::path& path);

    /// The next line, without its end; false at the end of the file. Throws Error for one longer
    /// than 64 MiB.
    bool next(std::string& line);

    [[nodiscard]] std::uint64_t number() const { return number_; }  ///< Of that line, from 1.
    [[nodiscard]] bool torn() const { return torn_; }  ///< The last line had no end of line.

private:
    struct Closer {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    bool fill();

    std::string path_;
    std::unique_ptr<std::FILE, Closer> file_;
    std::string buffer_;
    std::size_t begin_ = 0, end_ = 0;  ///< What of buffer_ is not yet given out.
    std::uint64_t number_ = 0, total_ = 0;
    bool torn_ = false;
};

}  // namespace assay
