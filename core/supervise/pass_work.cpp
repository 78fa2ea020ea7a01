// SPDX-License-Identifier: Apache-2.0
#include "core/supervise/pass_work.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace assay {
namespace {

constexpr int most_losses = 3;  // research/plugin-abi 5.3

/// The case that the worker died in; -1: none that is still open.
int guilty_case(const SubjectPass& run, const Doing& doing) {
    const bool of_job = doing.index >= 0 && std::cmp_less(doing.index, run.reported.size());
    return of_job && !run.reported[static_cast<std::size_t>(doing.index)] ? doing.index : -1;
}

void forget_status(const SubjectPass& run) {
    std::error_code ignored;
    std::filesystem::remove(run.job.status_path, ignored);
}

bool wants_to_end(const SessionSettings& settings) {
    return settings.interrupted && settings.interrupted();
}

}  // namespace

bool PassWork::is_quarantined(int subject) const {
    return losses_[static_cast<std::size_t>(subject)].in_a_row >= most_losses;
}

void PassWork::finish(SubjectPass& run) {
    const SessionSettings session = settings_(run.log);
    while (!run.job.cases.empty() && !run.stopped && !wants_to_end(session)) {
        if (is_quarantined(run.job.subject))
            skip_the_rest(run);
        else
            run_worker(run, nullptr);
    }
    forget_status(run);
    if (run.any_failed) logs_.keep(run.log);
    logs_.drop(run.log);
}

void PassWork::run_worker(SubjectPass& run, const std::shared_ptr<Descriptor>& baton) {
    run.reported.assign(run.job.cases.size(), false);
    forget_status(run);  // what the last worker did is not of this one
    SessionSettings session = settings_(run.log);
    session.environment.emplace_back("ASSAY_PASS", std::to_string(run.job.pass));
    session.baton = baton;
    session.hear = [&](const Message& message) { hear(message, run); };
    const SessionEnd end = run_session(session, run.job);
    commit_held(run, end);
    run.stopped = end.interrupted;
    run.ended = end.reason;
    if (end.interrupted) return;
    run.any_failed |= !end.reason.empty();
    account_for(run, end);
    run.job = remaining_job(run.job, run.reported);
    if (run.job.cases.empty()) return;
    run.resumed = {"pass went on in a new process after a worker ended: " + end.reason};
}

void PassWork::hear(const Message& message, SubjectPass& run) {
    if (message.kind == Message::Kind::finished) take(message, run);
    const bool of_case =
        message.index >= 0 && message.index < static_cast<int>(run.job.cases.size());
    journal_.show(message,
                  of_case ? run.job.cases[static_cast<std::size_t>(message.index)].id : "");
}

void PassWork::take(const Message& message, SubjectPass& run) {
    const auto index = static_cast<std::size_t>(message.index);
    if (index >= run.reported.size() || run.reported[index]) {
        throw WorkerFault("worker: it reported a case it was not given");
    }
    CaseRecord record = message.record;
    record.warnings.insert(record.warnings.end(), run.resumed.begin(), run.resumed.end());
    const auto tried = run.second_tries.find(run.job.indices[index]);
    if (tried != run.second_tries.end()) record.warnings.push_back(tried->second);
    run.any_failed |= record.outcome.state == State::failed;
    if (record.outcome.state != State::failed) {
        losses_[static_cast<std::size_t>(run.job.subject)] = {};
    }
    run.reported[index] = true;
    const bool is_last = std::ranges::find(run.reported, false) == run.reported.end();
    const bool in_a_worker = settings_(run.log).in_process == nullptr;
    if (is_last && in_a_worker)
        run.held = std::move(record);
    else
        journal_.append(record);
}

void PassWork::commit_held(SubjectPass& run, const SessionEnd& end) {
    if (!run.held) return;
    if (!end.reason.empty()) {
        run.held->warnings.push_back(
            fmt::format("after the last case: {} (during {})", end.reason, end.doing.phase));
    }
    journal_.append(*run.held);
    run.held.reset();
}

/// Which case pays for the worker's end, if one does: those that were reported stay, those that had
/// not their turn get it in the next worker.
void PassWork::account_for(SubjectPass& run, const SessionEnd& end) {
    if (std::ranges::find(run.reported, false) == run.reported.end()) return;
    const int guilty = guilty_case(run, end.doing);
    if (guilty >= 0) {
        const int place = run.job.indices[static_cast<std::size_t>(guilty)];
        const std::string why = fmt::format("measured at the second try, after: {} (during {})",
                                            end.reason, end.doing.phase);
        if (!end.hung && run.second_tries.emplace(place, why).second) return;
    } else {
        const bool got_on = std::ranges::find(run.reported, true) != run.reported.end();
        if (got_on || (!end.hung && !std::exchange(run.began_again, true))) return;
    }
    lose(run, guilty, end);
}

/// A death before the first case costs all that is left of the pass.
void PassWork::lose(SubjectPass& run, int guilty, const SessionEnd& end) {
    Losses& losses = losses_[static_cast<std::size_t>(run.job.subject)];
    ++losses.in_a_row;
    losses.last = end.reason;
    SessionEnd told = end;
    if (!end.hung) told.reason += ", at the second try too";
    for (std::size_t i = 0; i < run.reported.size(); ++i) {
        if (run.reported[i] || (guilty >= 0 && guilty != static_cast<int>(i))) continue;
        journal_.append(failed_record(run.job, static_cast<int>(i), told));
        run.reported[i] = true;
    }
}

void PassWork::give_up(SubjectPass& run, const std::string& why) {
    if (run.stopped || run.job.cases.empty()) return;
    if (!run.second_tries.empty() || run.began_again) {
        Losses& losses = losses_[static_cast<std::size_t>(run.job.subject)];
        ++losses.in_a_row;
        losses.last = why;
    }
    for (std::size_t i = 0; i < run.job.cases.size(); ++i) {
        CaseRecord record = record_of(run.job, static_cast<int>(i));
        const bool guilty = run.second_tries.contains(run.job.indices[i]);
        record.outcome = {guilty ? State::failed : State::skipped, why, guilty ? "measure" : ""};
        run.any_failed |= guilty;
        journal_.append(record);
    }
    run.job = remaining_job(run.job, std::vector<bool>(run.job.cases.size(), true));
}

void PassWork::skip_the_rest(SubjectPass& run) {
    const std::string& last = losses_[static_cast<std::size_t>(run.job.subject)].last;
    const std::string why =
        fmt::format("quarantined: the plugin lost its worker {} times in a row, at last: {}",
                    most_losses, last);
    for (std::size_t i = 0; i < run.job.cases.size(); ++i) {
        CaseRecord record = record_of(run.job, static_cast<int>(i));
        record.outcome = {State::skipped, why, ""};
        journal_.append(record);
    }
    run.job = remaining_job(run.job, std::vector<bool>(run.job.cases.size(), true));
}

}  // namespace assay
