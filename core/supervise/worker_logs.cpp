// SPDX-License-Identifier: Apache-2.0
#include "core/supervise/worker_logs.hpp"

#include <algorithm>
#include <cctype>
#include <system_error>

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
    std::error_code ignored;
    if (kept_.empty()) std::filesystem::remove(folder_, ignored);
}

std::string WorkerLogs::path(const std::string& label, const std::string& what) {
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (error) {
        throw Error(folder_.string() +
                    ": cannot make the folder for worker logs: " + error.message());
    }
    return (folder_ / (file_name(label) + "." + what + ".log")).string();
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

}  // namespace assay
