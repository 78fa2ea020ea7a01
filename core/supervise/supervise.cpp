// SPDX-License-Identifier: Apache-2.0
#include "core/supervise/supervise.hpp"

#include <algorithm>
#include <future>
#include <memory>
#include <optional>
#include <random>

#include <fmt/format.h>

#include "core/base/clock.hpp"
#include "core/base/error.hpp"
#include "core/base/process.hpp"
#include "core/base/text.hpp"
#include "core/measure/listen.hpp"
#include "core/result/two_stage.hpp"
#include "core/stat/plan.hpp"
#include "core/supervise/affinity.hpp"
#include "core/supervise/journal.hpp"
#include "core/supervise/pass_jobs.hpp"
#include "core/supervise/pass_work.hpp"
#include "core/supervise/resume.hpp"
#include "core/supervise/subject.hpp"
#include "core/supervise/together.hpp"
#include "core/supervise/worker.hpp"
#include "core/supervise/worker_logs.hpp"

namespace assay {
namespace {

constexpr int most_factor = 4;          // chosen: passes at most, times the pilot's
constexpr double listen_seconds = 0.4;  // chosen: enough for a hint, little beside the shortest run

/// 128 random bits: two runs are never taken for one.
std::string random_id() {
    std::random_device source;
    return fmt::format("{:08x}{:08x}{:08x}{:08x}", source(), source(), source(), source());
}

class Supervisor {
public:
    explicit Supervisor(const RunOptions& options) : options_(options), logs_(options.log_folder) {}

    RunResult run() {
        if (options_.suite.cases.empty()) throw Error("nothing to run: the suite has no case");
        if (options_.lockstep && (options_.subjects.size() != 2 || options_.in_process)) {
            throw Error("side by side: needs two plugins in processes of their own");
        }
        if (options_.together && options_.in_process) {
            throw Error("together: needs a process for each device");
        }
        if (!options_.affinity.empty()) parse_cpu_list(options_.affinity);
        start();
        if (begun_ && begun_->end && begun_->end->status == "complete") return as_it_is();
        open_journal();
        run_passes();
        return end();
    }

private:
    void run_passes() {
        int passes = options_.profile.passes;
        for (int pass = 0; pass < passes && !interrupted(); ++pass) {
            if (!time_for_another(pass, passes)) break;
            const double begun = journal_->elapsed_seconds();
            worked_ = false;
            run_subjects(pass);
            if (worked_) pass_seconds_.push_back(journal_->elapsed_seconds() - begun);
            const bool pilot_ends = header_.two_stage && pass + 1 == options_.profile.passes;
            if (pilot_ends && !interrupted()) passes = passes_after_pilot();
        }
    }

    [[nodiscard]] bool interrupted() const {
        return options_.interrupted && options_.interrupted();
    }

    bool time_for_another(int pass, int passes) {
        if (!options_.max_seconds) return true;
        const double elapsed = journal_->elapsed_seconds();
        if (another_pass_fits(pass_seconds_, elapsed, *options_.max_seconds)) return true;
        stopped_by_ = fmt::format("max-time: {} of {} passes", pass, passes);
        return false;
    }

    /// Asks the file: what it says of the pilot is what a reader will compute again.
    int passes_after_pilot() {
        Run there = read_run(options_.output);
        const int last = header_.two_stage->pilot_passes - 1;  // resumed: there may be more
        std::erase_if(there.records, [&](const CaseRecord& each) { return each.pass > last; });
        const std::vector<CaseSummary> pilot = summarise(there);
        const int passes = two_stage_passes(*header_.two_stage, pilot);
        const std::vector<std::string> beyond = beyond_most_passes(*header_.two_stage, pilot);
        if (!beyond.empty() && options_.note) {
            options_.note(fmt::format("--precision: {} passes are the most, more are needed by: {}",
                                      header_.two_stage->most_passes, join(beyond, ", ")));
        }
        journal_->expect_passes(passes);
        return passes;
    }

    void run_subjects(int pass) {
        if (options_.lockstep) return run_side_by_side(pass);
        // Every second pass begins together, so that a drift of the machine favours neither.
        if (options_.together && pass % 2 == 1) run_together(pass);
        const std::size_t alone = options_.together ? subjects_.size() / 2 : subjects_.size();
        // Every second pass starts with another subject: none is always the warmer one.
        for (std::size_t i = 0; i < alone && !interrupted(); ++i) {
            run_pass(pass, subjects_[(i + static_cast<std::size_t>(pass)) % alone]);
        }
        if (options_.together && pass % 2 == 0 && !interrupted()) run_together(pass);
    }

    SessionSettings settings(const std::string& log_path) {
        SessionSettings settings;
        settings.program = options_.program;
        settings.log_path = log_path;
        settings.environment = thread_environment(options_.threads);
        settings.hang_seconds = options_.hang_seconds;
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
        if (options_.lockstep) header_.pairing = "lockstep";
        if (options_.together) header_.pairing = "together";
        header_.anonymous = options_.anonymous;
        header_.max_seconds = options_.max_seconds;
        if (options_.precision) {
            const int pilot = options_.profile.passes;
            header_.two_stage = {pilot, *options_.precision, most_factor * pilot};
        }
        header_.machine = read_machine();
        header_.quiet = listen(listen_seconds);
        for (const SubjectOptions& each : options_.subjects) add_subjects(each);
        if (options_.lockstep && subjects_.size() != 2) {
            throw Error("side by side: needs two devices, not " + std::to_string(subjects_.size()));
        }
        if (options_.together) add_them_together();
        std::error_code unknown;
        const bool exists = std::filesystem::exists(options_.output, unknown);
        if (options_.resume && exists && !std::filesystem::is_empty(options_.output)) take_up();
    }

    /// The file must be of this very run.
    void take_up() {
        begun_ = read_run(options_.output, Keep::readings);
        const RunRecord here = options_.anonymous ? anonymous(header_) : header_;
        const std::string why = obstacle(begun_->header, here);
        if (!why.empty()) {
            throw Error(fmt::format("{}: cannot be resumed: {}; give another name with -o",
                                    options_.output.string(), why));
        }
        finished_ = Finished(*begun_);
    }

    void open_journal() {
        if (begun_)
            journal_.emplace(options_, *begun_);
        else
            journal_.emplace(options_, header_);
        work_.emplace(*journal_, logs_, subjects_.size(),
                      [this](const std::string& log) { return settings(log); });
    }

    RunResult as_it_is() {
        if (options_.note) {
            options_.note(options_.output.string() + ": complete already, nothing to resume");
        }
        return {options_.output, *begun_->end, {}};
    }

    /// One for each of its devices that is meant.
    void add_subjects(const SubjectOptions& asked) {
        const std::string log = logs_.path(asked.name, "probe");
        SubjectOptions chosen = asked;
        const Inventory there = take_inventory(settings(log), chosen);
        const auto is_threads = [](const auto& option) { return option.first == "threads"; };
        if (options_.threads > 0 && there.has_threads_option &&
            std::none_of(chosen.options.begin(), chosen.options.end(), is_threads)) {
            chosen.options.emplace_back("threads", std::to_string(options_.threads));
        }
        const auto meant = choose_devices(there.devices, asked.device, asked.label);
        for (const DeviceRecord& each : meant) {
            // Opened, with the options: what a device says of itself may depend on them.
            const Inventory inventory = take_inventory(settings(log), chosen, each.index);
            const auto place = static_cast<std::size_t>(each.index);
            Subject subject;
            subject.label = asked.label;
            if (meant.size() > 1) subject.label += fmt::format("[{}]", each.index);
            subject.plugin = inventory.plugin;
            subject.device = inventory.devices.at(place);
            subject.peaks = inventory.peaks.at(place);
            subject.threads = options_.threads;
            subject.affinity = options_.affinity;
            add_subject(std::move(subject), chosen);
        }
        logs_.drop(log);
    }

    void add_subject(Subject subject, const SubjectOptions& options) {
        subject.index = static_cast<int>(subjects_.size());
        header_.subjects.push_back(subject);
        subjects_.push_back({std::move(subject), options});
    }

    /// Each a second time, for what it measures in the company of the others.
    void add_them_together() {
        const std::vector<RunSubject> alone = subjects_;
        if (alone.size() < 2) {
            throw Error(
                "--together: needs two devices or more: name them with --device '*' or 0,1, or "
                "give several --plugin");
        }
        for (const RunSubject& each : alone) {
            if (each.record.device.timer == "virtual") {
                throw Error(each.record.label +
                            ": --together: its clock is simulated, so nothing of it is at one "
                            "instant with anything");
            }
            Subject subject = each.record;
            subject.label += " together";
            subject.together_of = each.record.index;
            add_subject(std::move(subject), each.options);
        }
    }

    /// All workers of a pass at once, at work at the same instants.
    void run_together(int pass) {
        const std::size_t count = subjects_.size() / 2;
        std::vector<SubjectPass> runs;
        std::vector<std::string> labels;
        for (std::size_t i = 0; i < count; ++i) {
            runs.push_back(begin(pass, subjects_[count + i]));
            labels.push_back(subjects_[i].record.label);
        }
        journal_->begin_pass(pass, join(labels, " with "));
        worked_ |= work_together(*work_, runs, labels);
    }

    /// Both workers of a pass at once, taking turns. What one left over when it died is done when
    /// the other has ended: two at work would disturb each other.
    void run_side_by_side(int pass) {
        journal_->begin_pass(pass,
                             subjects_[0].record.label + " with " + subjects_[1].record.label);
        Sockets sockets = message_sockets();
        const auto first = std::make_shared<Descriptor>(std::move(sockets.one));
        const auto second = std::make_shared<Descriptor>(std::move(sockets.other));
        SubjectPass one = begin(pass, subjects_[0]), other = begin(pass, subjects_[1]);
        const bool one_is_out = work_->is_quarantined(0) || work_->is_quarantined(1);
        if (one.begun || other.begun || one_is_out) return finish_apart(one, other);
        worked_ = true;
        auto beside = std::async(std::launch::async, [&] { work_->run_worker(one, first); });
        std::exception_ptr failure;
        try {
            work_->run_worker(other, second);
        } catch (...) {
            failure = std::current_exception();
        }
        beside.get();
        if (failure) std::rethrow_exception(failure);
        finish_apart(one, other);
    }

    void finish_apart(SubjectPass& one, SubjectPass& other) {
        for (SubjectPass* each : {&one, &other}) {
            if (!each->resumed.empty()) {
                each->resumed.emplace_back("no longer side by side: measured after the other");
            }
            each->job.lockstep = false;
            finish(*each);
        }
    }

    void run_pass(int pass, const RunSubject& subject) {
        journal_->begin_pass(pass, subject.record.label);
        SubjectPass run = begin(pass, subject);
        if (run.job.cases.empty()) return;
        finish(run);
    }

    void finish(SubjectPass& run) {
        worked_ |= !run.job.cases.empty();
        work_->finish(run);
    }

    SubjectPass begin(int pass, const RunSubject& subject) {
        SubjectPass run;
        const std::string label = fmt::format("{}-{}", subject.record.index, subject.record.label);
        run.log = logs_.path(label, fmt::format("pass-{}", pass + 1));
        run.job = pass_job(options_, subject, pass, header_.machine.last_level_cache_bytes());
        run.job.status_path = logs_.path(label, "status");
        const std::size_t all = run.job.cases.size();
        run.job = remaining_job(run.job, finished_.of(run.job));
        run.begun = run.job.cases.size() < all;
        if (run.begun) run.resumed = {"pass went on in a new process: the run was resumed"};
        return run;
    }

    RunResult end() {
        EndRecord how;
        how.ended_utc = utc_now();
        how.status = interrupted() ? "interrupted" : "complete";
        how.stopped_by = stopped_by_;
        return {options_.output, journal_->end(how), logs_.kept()};
    }

    const RunOptions& options_;
    LoadedPlugins plugins_;  ///< Only with --in-process.
    WorkerLogs logs_;
    RunRecord header_;
    std::vector<RunSubject> subjects_;
    std::optional<Run> begun_;  ///< What the file had when it was taken up.
    Finished finished_;
    std::optional<Journal> journal_;
    std::optional<PassWork> work_;
    bool worked_ = false;  ///< In this pass.
    std::vector<double> pass_seconds_;
    std::optional<std::string> stopped_by_;
};

}  // namespace

RunResult run_suite(const RunOptions& options) {
    return Supervisor(options).run();
}

}  // namespace assay
