// SPDX-License-Identifier: Apache-2.0
#include "core/supervise/journal.hpp"

#include <algorithm>

#include "core/base/clock.hpp"

namespace assay {

Journal::Journal(const RunOptions& options, const RunRecord& header)
    : options_(options),
      started_ns_(now_ns()),
      // Resumed, a file without any record (its writer was killed at once) is as good as none.
      writer_(options.output, options.anonymous ? anonymous(header) : header,
              options.replace || options.resume),
      subjects_(header.subjects.size()) {
    expect_passes(options.profile.passes);
}

Journal::Journal(const RunOptions& options, const Run& begun)
    : options_(options),
      started_ns_(now_ns()),
      writer_(options.output, begun.tail),
      subjects_(begun.header.subjects.size()) {
    expect_passes(options.profile.passes);
    int resumptions = 0;
    for (const CaseRecord& record : begun.records) {
        count(record);
        resumptions = std::max(resumptions, record.resumption.value_or(0));
    }
    resumption_ = resumptions + 1;
    done_before_ = end_.records;
}

void Journal::expect_passes(int passes) {
    const std::lock_guard lock(mutex_);
    progress_.passes = passes;
    progress_.total = static_cast<int>(options_.suite.cases.size() * subjects_) * passes;
}

void Journal::begin_pass(int pass, const std::string& subject) {
    const std::lock_guard lock(mutex_);
    progress_.pass = pass + 1;
    progress_.subject = subject;
}

void Journal::append(const CaseRecord& record) {
    const std::lock_guard lock(mutex_);
    CaseRecord marked = record;
    marked.resumption = resumption_;
    writer_.append(marked);
    count(record);
}

void Journal::count(const CaseRecord& record) {
    ++end_.records;
    switch (record.outcome.state) {
        case State::measured:
            ++end_.measured;
            break;
        case State::skipped:
            ++end_.skipped;
            break;
        case State::failed:
            ++end_.failed;
            break;
    }
}

double Journal::elapsed_seconds() const {
    return static_cast<double>(now_ns() - started_ns_) * 1e-9;
}

void Journal::estimate() {
    progress_.done = end_.records;
    progress_.elapsed_seconds = elapsed_seconds();
    const double whole =
        expected_seconds(options_.suite, options_.profile, static_cast<int>(subjects_));
    const int total = std::max(progress_.total - done_before_, 1);
    const double share = static_cast<double>(progress_.done - done_before_) / total;
    // The preview until a tenth is done; then what it really takes.
    const double expected = share < 0.1 ? whole * total / std::max(progress_.total, 1)
                                        : progress_.elapsed_seconds / share;
    progress_.remaining_seconds = std::max(0.0, expected - progress_.elapsed_seconds);
}

void Journal::show(const Message& message, const std::string& case_id) {
    const std::lock_guard lock(mutex_);
    // A worker that waits for its turn is alive, but has nothing to show.
    if (message.kind == Message::Kind::alive && message.text.empty()) return;
    if (!case_id.empty()) progress_.case_id = case_id;
    progress_.phase = message.text;
    if (!options_.progress) return;
    estimate();
    options_.progress(progress_);
}

EndRecord Journal::end(const EndRecord& how) {
    const std::lock_guard lock(mutex_);
    end_.ended_utc = how.ended_utc;
    end_.status = how.status;
    end_.stopped_by = how.stopped_by;
    writer_.append(end_);
    return end_;
}

}  // namespace assay
