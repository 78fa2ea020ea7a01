// SPDX-License-Identifier: Apache-2.0
// Appends records to a result file while the run goes: one JSON line each, on the disk before the
// call returns, each carrying the SHA-256 of the line before. The journal is the result.
#pragma once

#include <filesystem>
#include <string>

#include "core/base/file.hpp"
#include "core/result/record.hpp"
#include "core/result/run.hpp"

namespace assay {

class ResultWriter {
public:
    /// Creates the file (Error when it exists, unless `replace`) and writes the run record.
    ResultWriter(const std::filesystem::path& path, const RunRecord& run, bool replace);

    /// Goes on with a file that read_run() has read; what it dropped is cut off.
    ResultWriter(const std::filesystem::path& path, const FileTail& tail);

    void append(const CaseRecord& record);
    void append(const EndRecord& record);

    [[nodiscard]] const std::filesystem::path& path() const { return file_.path(); }

private:
    void append_line(std::string line);

    AppendFile file_;
    std::string previous_;  ///< SHA-256 of the last line, without its end of line.
};

/// Removes what --anonymous leaves out: host name, serials, user names, paths, ids.
RunRecord anonymous(RunRecord run);

}  // namespace assay
