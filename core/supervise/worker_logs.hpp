// SPDX-License-Identifier: Apache-2.0
// Where workers' stdout and stderr go, and which of them are kept: those of a failure.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace assay {

class WorkerLogs {
public:
    explicit WorkerLogs(std::filesystem::path folder) : folder_(std::move(folder)) {}
    /// Removes every file that was not kept, and the folder when none was.
    ~WorkerLogs();
    WorkerLogs(const WorkerLogs&) = delete;
    WorkerLogs& operator=(const WorkerLogs&) = delete;

    /// A file "LABEL.WHAT.log" in the folder, which is made when it is missing. Throws Error.
    std::string path(const std::string& label, const std::string& what);
    void keep(const std::string& log) { kept_.push_back(log); }
    /// Removes the file unless it is kept and holds something.
    void drop(const std::string& log);
    [[nodiscard]] const std::vector<std::string>& kept() const { return kept_; }

private:
    std::filesystem::path folder_;
    std::vector<std::string> made_, kept_;
};

/// A library that writes without end fills no disk: a log of more than 64 MiB (chosen) is cut
/// to its first MiB. Does nothing for what is no file.
void limit_log(const std::string& log);

}  // namespace assay
