// SPDX-License-Identifier: Apache-2.0
// A pass of one subject, by as many workers as it takes. A worker's death costs the case it
// happened in, once that case was tried a second time; a subject that keeps dying is left alone.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/descriptor.hpp"
#include "core/supervise/journal.hpp"
#include "core/supervise/pass_jobs.hpp"
#include "core/supervise/session.hpp"
#include "core/supervise/worker_logs.hpp"

namespace assay {

/// What is left of one subject's part of a pass, and what was said on the way.
struct SubjectPass {
    Job job;
    std::string log;
    std::vector<bool> reported;               ///< By case of the job, of the present worker.
    std::vector<std::string> resumed;         ///< Warnings of what a second worker does.
    std::string ended;                        ///< Why the last worker did; "" well.
    std::map<int, std::string> second_tries;  ///< By place in the suite: why one was needed.
    std::optional<CaseRecord> held;           ///< The last one: waits for how its worker ends.
    bool begun = false;                       ///< Some of it was in the file already.
    bool began_again = false;                 ///< A worker died before its first case.
    bool any_failed = false, stopped = false;
};

class PassWork {
public:
    /// `settings` are those of a worker with this log. All are borrowed.
    PassWork(Journal& journal, WorkerLogs& logs, std::size_t subjects,
             std::function<SessionSettings(const std::string& log)> settings)
        : journal_(journal), logs_(logs), settings_(std::move(settings)), losses_(subjects) {}

    /// One worker, until it ends; what is left is then in run.job. Two may run at once, of two
    /// subjects. Throws what the journal throws: without a file there is no use in going on.
    void run_worker(SubjectPass& run, const std::shared_ptr<Descriptor>& baton);
    /// What one worker of several at once left when it ended can no longer be measured together:
    /// the case that it ended in fails, the others are skipped for `why`.
    void give_up(SubjectPass& run, const std::string& why);
    /// Workers until nothing is left, or the user has had enough.
    void finish(SubjectPass& run);
    /// True after three cases (or beginnings) in a row that cost the workers of this subject.
    [[nodiscard]] bool is_quarantined(int subject) const;

private:
    struct Losses {
        int in_a_row = 0;
        std::string last;
    };

    void hear(const Message& message, SubjectPass& run);
    void take(const Message& message, SubjectPass& run);
    void commit_held(SubjectPass& run, const SessionEnd& end);
    void account_for(SubjectPass& run, const SessionEnd& end);
    void lose(SubjectPass& run, int guilty, const SessionEnd& end);
    void skip_the_rest(SubjectPass& run);

    Journal& journal_;
    WorkerLogs& logs_;
    std::function<SessionSettings(const std::string& log)> settings_;
    std::vector<Losses> losses_;  ///< By subject.
};

}  // namespace assay
