// SPDX-License-Identifier: Apache-2.0
// Reading in pieces of 256 KiB; memchr finds the line ends.
#include "core/result/lines.hpp"

#include <cerrno>
#include <cstring>

#include "core/base/error.hpp"

namespace assay {

Lines::Lines(const std::filesystem::path& path) : path_(path.string()) {
    std::error_code failed;
    const auto status = std::filesystem::status(path, failed);
    if (!std::filesystem::exists(status)) throw Error(path_ + ": no such file");
    if (!std::filesystem::is_regular_file(status)) throw Error(path_ + ": not a regular file");
    file_.reset(std::fopen(path_.c_str(), "rbe"));
    if (!file_) throw Error(path_ + ": cannot read: " + std::strerror(errno));
    buffer_.resize(1U << 18U);
}

bool Lines::fill() {
    begin_ = 0;
    end_ = std::fread(buffer_.data(), 1, buffer_.size(), file_.get());
    if (std::ferror(file_.get()) != 0)
        throw Error(path_ + ": cannot read: " + std::strerror(errno));
    total_ += end_;
    // Counted while reading: the file may grow under us.
    if (total_ > max_file_bytes) throw Error(path_ + ": larger than 4 GiB, which is refused");
    return end_ > 0;
}

bool Lines::next(std::string& line) {
    line.clear();
    torn_ = false;
    while (begin_ < end_ || fill()) {
        if (line.empty() && !torn_) ++number_;
        const char* from = buffer_.data() + begin_;
        const auto* end = static_cast<const char*>(std::memchr(from, '\n', end_ - begin_));
        const std::size_t length = end != nullptr ? end - from : end_ - begin_;
        if (line.size() + length > max_line_bytes) {
            throw Error(path_ + ":" + std::to_string(number_) +
                        ": longer than 64 MiB, which is refused");
        }
        line.append(from, length);
        begin_ += length;
        if (end != nullptr) {
            ++begin_;
            torn_ = false;
            return true;
        }
        torn_ = true;
    }
    return torn_;
}

}  // namespace assay
