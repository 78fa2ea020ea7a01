// SPDX-License-Identifier: Apache-2.0
#include "core/supervise/supervise.hpp"

#include <algorithm>
#include <optional>
#include <random>

#include <fmt/format.h>

#include "core/base/clock.hpp"
#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "core/measure/listen.hpp"
#include "core/result/writer.hpp"
#include "core/supervise/affinity.hpp"
#include "core/supervise/pass_jobs.hpp"
#include "core/supervise/subject.hpp"
#include "core/supervise/worker.hpp"
#include "core/supervise/worker_logs.hpp"

namespace assay {
namespace {

constexpr double listen_seconds = 0.4;  // chosen: enough for a hint, little beside the shortest run

/// 128 random bits: two runs are never taken for one.
std::string random_id() {
    std::random_device source;
    return fmt::format("{:08x}{:08x}{:08x}{:08x}", source(), source(), source(), source());
}

class Supervisor {
public:
    explicit Supervisor(const RunOptions& options)
        : options_(options), logs_(options.log_folder), started_ns_(now_ns()) {}

    RunResult run() {
        if (options_.suite.cases.empty()) throw Error("nothing to run: the suite has no case");
        if (!options_.affinity.empty()) parse_cpu_list(options_.affinity);
        start();
        for (int pass = 0; pass < options_.profile.passes && !interrupted(); ++pass) {
            // Every second pass starts with another subject: none is always the warmer one.
            for (std::size_t i = 0; i < subjects_.size() && !interrupted(); ++i) {
                run_pass(pass, subjects_[(i + static_cast<std::size_t>(pass)) % subjects_.size()]);
            }
        }
        return end();
    }

private:
    [[nodiscard]] bool interrupted() const {
        return options_.interrupted && options_.interrupted();
    }

    SessionSettings settings(const std::string& log_path) {
        SessionSettings settings;
        settings.program = options_.program;
        settings.log_path = log_path;
        settings.environment = thread_environment(options_.threads);
        settings.watchdog_seconds = options_.watchdog_seconds;
        if (options_.in_process) settings.in_process = &plugins_;
        settings.interrupted = options_.interrupted;
        settings.hear = [](const Message&) {};
        return settings;
    }

    void start() {
        header_.run_id = random_id();
        header_.started_utc = utc_now();
        header_.tool = this_tool();
        header_.command_line = options_.command_line;
        header_.suite = suite_record(options_);
        header_.profile = options_.profile;
        header_.order_seed = options_.order_seed;
        header_.in_process = options_.in_process;
        header_.anonymous = options_.anonymous;
        header_.machine = read_machine();
        header_.quiet = listen(listen_seconds);
        for (const SubjectOptions& each : options_.subjects) add_subject(each);
        writer_.emplace(options_.output, options_.anonymous ? anonymous(header_) : header_,
                        options_.replace);
        progress_.passes = options_.profile.passes;
        progress_.total = static_cast<int>(options_.suite.cases.size() * subjects_.size()) *
                          options_.profile.passes;
    }

    void add_subject(const SubjectOptions& asked) {
        const std::string log = logs_.path(asked.name, "probe");
        SubjectOptions chosen = asked;
        const Inventory there = take_inventory(settings(log), chosen);
        const auto is_threads = [](const auto& option) { return option.first == "threads"; };
        if (options_.threads > 0 && there.has_threads_option &&
            std::none_of(chosen.options.begin(), chosen.options.end(), is_threads)) {
            chosen.options.emplace_back("threads", std::to_string(options_.threads));
        }
        const int index = choose_device(there.devices, asked.device, asked.label).index;
        const Inventory inventory = take_inventory(settings(log), chosen, index);
        logs_.drop(log);
        Subject subject;
        subject.index = static_cast<int>(subjects_.size());
        subject.label = asked.label;
        subject.plugin = inventory.plugin;
        subject.device = inventory.devices.at(static_cast<std::size_t>(index));
        subject.peaks = inventory.peaks.at(static_cast<std::size_t>(index));
        subject.threads = options_.threads;
        subject.affinity = options_.affinity;
        header_.subjects.push_back(subject);
        subjects_.push_back({subject, chosen});
    }

    void run_pass(int pass, const RunSubject& subject) {
        const std::string log = logs_.path(subject.record.label, fmt::format("pass-{}", pass + 1));
        Job job = pass_job(options_, subject, pass, header_.machine.last_level_cache_bytes());
        job.status_path = logs_.path(subject.record.label, "status");
        bool any_failed = false;
        std::string resumed;
        progress_.pass = pass + 1;
        progress_.subject = subject.record.label;
        while (!job.cases.empty() && !interrupted()) {
            std::vector<bool> reported(job.cases.size());
            SessionSettings session = settings(log);
            session.environment.emplace_back("ASSAY_PASS", std::to_string(pass));
            session.hear = [&](const Message& message) {
                hear(message, job, resumed, reported, any_failed);
            };
            const SessionEnd end = run_session(session, job);
            if (end.interrupted) break;
            any_failed |= !end.done;
            fail_unreported(job, end, reported);
            job = remaining_job(job, reported);
            resumed = "pass went on in a new process after a worker ended: " + end.reason;
        }
        std::filesystem::remove(job.status_path);
        if (any_failed) logs_.keep(log);
        logs_.drop(log);
    }

    void hear(const Message& message, const Job& job, const std::string& resumed,
              std::vector<bool>& reported, bool& any_failed) {
        if (message.kind == Message::Kind::finished) {
            const auto index = static_cast<std::size_t>(message.index);
            if (index >= reported.size() || reported[index]) {
                throw Error("worker: it reported a case it was not given");
            }
            CaseRecord record = message.record;
            if (!resumed.empty()) record.warnings.push_back(resumed);
            any_failed |= record.outcome.state == State::failed;
            append(record);
            reported[index] = true;
        }
        if (message.index >= 0 && message.index < static_cast<int>(job.cases.size())) {
            progress_.case_id = job.cases[static_cast<std::size_t>(message.index)].id;
        }
        progress_.phase = message.text;
        tell_progress();
    }

    /// A death costs the case it happened in; before the first case it costs the pass.
    void fail_unreported(const Job& job, const SessionEnd& end, std::vector<bool>& reported) {
        const int guilty = end.doing.index;
        for (std::size_t i = 0; i < reported.size(); ++i) {
            if (reported[i] || (guilty >= 0 && guilty != static_cast<int>(i))) continue;
            append(failed_record(job, static_cast<int>(i), end));
            reported[i] = true;
        }
    }

    void append(const CaseRecord& record) {
        writer_->append(record);
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

    void tell_progress() {
        if (!options_.progress) return;
        progress_.done = end_.records;
        progress_.elapsed_seconds = static_cast<double>(now_ns() - started_ns_) * 1e-9;
        const double whole =
            expected_seconds(options_.suite, options_.profile, static_cast<int>(subjects_.size()));
        const double share = static_cast<double>(progress_.done) / std::max(progress_.total, 1);
        // The preview until a tenth is done; then what it really takes.
        const double expected = share < 0.1 ? whole : progress_.elapsed_seconds / share;
        progress_.remaining_seconds = std::max(0.0, expected - progress_.elapsed_seconds);
        options_.progress(progress_);
    }

    RunResult end() {
        end_.ended_utc = utc_now();
        end_.status = interrupted() ? "interrupted" : "complete";
        writer_->append(end_);
        return {options_.output, end_, logs_.kept()};
    }

    const RunOptions& options_;
    LoadedPlugins plugins_;  ///< Only with --in-process.
    WorkerLogs logs_;
    std::uint64_t started_ns_;
    RunRecord header_;
    std::vector<RunSubject> subjects_;
    std::optional<ResultWriter> writer_;
    EndRecord end_;
    Progress progress_;
};

}  // namespace

RunResult run_suite(const RunOptions& options) {
    return Supervisor(options).run();
}

}  // namespace assay
