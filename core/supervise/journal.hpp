// SPDX-License-Identifier: Apache-2.0
// What a run has come to so far: the records, on the disk and counted, and the progress shown. Two
// sessions at once may tell it things.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "core/result/writer.hpp"
#include "core/supervise/message.hpp"
#include "core/supervise/run_options.hpp"

namespace assay {

class Journal {
public:
    /// Creates the result file with its run record. Throws Error.
    Journal(const RunOptions& options, const RunRecord& header);

    /// Goes on with the file that was read.
    Journal(const RunOptions& options, const Run& begun);

    void begin_pass(int pass, const std::string& subject);
    void append(const CaseRecord& record);
    /// A worker said something; `case_id` is "" when it is not about a case.
    void show(const Message& message, const std::string& case_id);
    EndRecord end(const EndRecord& how);
    /// From now on so many passes are expected.
    void expect_passes(int passes);

    [[nodiscard]] double elapsed_seconds() const;

private:
    void count(const CaseRecord& record);
    void estimate();

    const RunOptions& options_;
    const std::uint64_t started_ns_;
    ResultWriter writer_;
    std::size_t subjects_;
    std::mutex mutex_;
    EndRecord end_;
    std::optional<int> resumption_;
    int done_before_ = 0;  ///< Records that were there.
    Progress progress_;
};

}  // namespace assay
