// SPDX-License-Identifier: Apache-2.0
#include "core/supervise/worker_logs.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <system_error>

#include <unistd.h>

#include "core/base/error.hpp"

namespace assay {
namespace {

/// A label as a file name: "onednn:threads=1" -> "onednn-threads-1".
std::string file_name(std::string label) {
    for (char& letter : label) {
        if (std::isalnum(static_cast<unsigned char>(letter)) == 0 && letter != '_') letter = '-';
    }
    return label.substr(0, 80);
}

}  // namespace

WorkerLogs::~WorkerLogs() {
    // By calls that need no memory: it may have ended.
    for (const std::string& each : made_) {
        if (std::find(kept_.begin(), kept_.end(), each) == kept_.end()) unlink(each.c_str());
    }
    if (kept_.empty()) rmdir(folder_.c_str());
}

std::string WorkerLogs::path(const std::string& label, const std::string& what) {
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (error) {
        throw Error(folder_.string() +
                    ": cannot make the folder for worker logs: " + error.message());
    }
    std::string made = (folder_ / (file_name(label) + "." + what + ".log")).string();
    if (std::find(made_.begin(), made_.end(), made) == made_.end()) made_.push_back(made);
    return made;
}

void WorkerLogs::drop(const std::string& log) {
    const auto kept = std::find(kept_.begin(), kept_.end(), log);
    std::error_code error;
    if (kept != kept_.end()) {
        if (std::filesystem::file_size(log, error) > 0 && !error) return;
        kept_.erase(kept);
    }
    std::filesystem::remove(log, error);
}

void limit_log(const std::string& log) {
    constexpr std::uintmax_t mebibyte = 1U << 20U;
    std::error_code error;
    const bool is_file = std::filesystem::is_regular_file(log, error);
    if (!is_file || std::filesystem::file_size(log, error) <= 64 * mebibyte || error) return;
    std::filesystem::resize_file(log, mebibyte, error);
}

}  // namespace assay
