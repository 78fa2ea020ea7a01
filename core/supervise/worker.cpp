// SPDX-License-Identifier: Apache-2.0
#include "core/supervise/worker.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "core/base/clock.hpp"
#include "core/base/error.hpp"
#include "core/base/process.hpp"
#include "core/host/device.hpp"
#include "core/host/plugin.hpp"
#include "core/measure/pass.hpp"
#include "core/supervise/affinity.hpp"
#include "core/supervise/baton.hpp"
#include "core/supervise/caretaker.hpp"
#include "core/supervise/last_words.hpp"
#include "core/supervise/meeting.hpp"
#include "core/supervise/status.hpp"
#include "core/supervise/supervise.hpp"

namespace assay {
namespace {

constexpr int job_descriptor = 3;
constexpr int message_descriptor = 4;
constexpr int baton_descriptor = 5;  // or the table where workers meet
constexpr std::uint64_t second_ns = 1'000'000'000;

Inventory inventory_of(const Plugin& plugin, const Job& job) {
    Inventory inventory;
    inventory.plugin = plugin.record(job.plugin_name, job.options);
    const auto options = plugin.options();
    inventory.has_threads_option =
        std::any_of(options.begin(), options.end(),
                    [](const OptionInfo& each) { return each.key == "threads"; });
    const std::uint32_t count = plugin.device_count();
    for (std::uint32_t i = 0; i < count; ++i) {
        inventory.devices.push_back(plugin.device_record(i));
        inventory.peaks.push_back(plugin.peaks(i));
    }
    return inventory;
}

/// Turns the pass's events into status and messages; at most one "alive" a second.
class Reporter {
public:
    Reporter(const Job& job, const WorkerEvents& events)
        : events_(events), status_(job.status_path) {}

    void phase(int index, const char* phase) {
        status_.now(index, phase);
        if (std::string_view(phase) == "measure") return alive(index, phase);
        send(Message::Kind::phase, index, phase);
    }
    void alive(int index, const std::string& text) {
        if (now_ns() - last_ns_ >= second_ns) send(Message::Kind::alive, index, text);
    }
    void send(Message::Kind kind, int index, const std::string& text) {
        Message message;
        message.kind = kind;
        message.index = index;
        message.text = text;
        send(message);
    }
    void send(const Message& message) {
        last_ns_ = now_ns();
        events_.send(message);
    }

private:
    const WorkerEvents& events_;
    StatusWriter status_;
    std::uint64_t last_ns_ = 0;
};

/// The baton of this job; without a lockstep one that never waits.
Baton baton_of(const Job& job, Reporter& reporter) {
    // What a plugin starts must not keep the other worker waiting.
    if (job.lockstep) fcntl(baton_descriptor, F_SETFD, FD_CLOEXEC);
    return {job.lockstep ? baton_descriptor : -1, job.goes_first,
            [&reporter] { reporter.alive(-1, ""); }};
}

/// The other workers that this one is in step with, in one of two ways or not at all.
class InStep {
public:
    InStep(const Job& job, Reporter& reporter) : baton_(baton_of(job, reporter)) {
        if (job.together == 0) return;
        room_.emplace(Descriptor(baton_descriptor));
        fcntl(baton_descriptor, F_SETFD, FD_CLOEXEC);
        meeting_.emplace(*room_, job.seat, [&reporter] { reporter.alive(-1, ""); });
    }
    void before(const PassStep& step) {
        if (meeting_)
            meeting_->before(step);
        else
            baton_.before(step);
    }
    void finish() {
        if (meeting_) meeting_->finish();
        baton_.finish();
    }
    [[nodiscard]] bool lost() const { return baton_.lost(); }
    [[nodiscard]] Company* company() { return meeting_ ? &*meeting_ : nullptr; }

private:
    Baton baton_;
    std::optional<MeetingRoom> room_;
    std::optional<Meeting> meeting_;
};

/// Who hears the pass, and what must be heard before a step.
struct Listeners {
    const WorkerEvents& events;
    Reporter& reporter;
    InStep& others;
    Caretaker& caretaker;
};

/// The message of a case that ended, with what else was seen in this process.
Message finished_message(int index, const CaseRecord& record, const Listeners& listeners) {
    Message message;
    message.kind = Message::Kind::finished;
    message.index = index;
    message.record = record;
    std::vector<std::string>& warnings = message.record.warnings;
    listeners.caretaker.look_everywhere();
    const std::vector<std::string>& changed = listeners.caretaker.warnings();
    warnings.insert(warnings.end(), changed.begin(), changed.end());
    if (listeners.others.lost()) {
        warnings.emplace_back("no longer side by side: the other worker ended");
    }
    return message;
}

void run_cases(const Job& job, const Plugin& plugin, const Listeners& listeners) {
    Reporter& reporter = listeners.reporter;
    InStep& others = listeners.others;
    reporter.phase(-1, "open");
    const Device device = plugin.open(job.device, job.options);
    run_pass(job, device,
             {.phase =
                  [&](int index, const char* phase) {
                      listeners.caretaker.look();
                      reporter.phase(index, phase);
                  },
              .finished =
                  [&](int index, const CaseRecord& record) {
                      reporter.send(finished_message(index, record, listeners));
                  },
              .stop = listeners.events.stop,
              .before_step = [&](const PassStep& step) { others.before(step); },
              .company = others.company()});
    reporter.phase(-1, "teardown");
}

/// Writes all of it; a supervisor that no longer reads ends the worker.
void write_all(const std::string& text) {
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t wrote = write(message_descriptor, text.data() + done, text.size() - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) _exit(lost_channel_code);
        done += static_cast<std::size_t>(wrote);
    }
}

/// Whatever a plugin may say goes to this process's stderr, which is the worker's log.
void log_to_stderr(int /*level*/, const std::string& text) {
    std::fprintf(stderr, "%s\n", text.c_str());
}

}  // namespace

const Plugin& LoadedPlugins::get(const std::string& path, const HostEvents& events) {
    std::unique_ptr<Entry>& entry = entries_[path];
    if (!entry) entry = std::make_unique<Entry>();
    entry->events = events;
    if (!entry->plugin) {
        Entry* const present = entry.get();
        entry->plugin.emplace(Plugin::load(
            path,
            {.log = log_to_stderr,
             .progress = [=](double f, const std::string& w) { present->events.progress(f, w); },
             .cancelled = [=] { return present->events.cancelled(); }}));
    }
    return *entry->plugin;
}

void run_job(const Job& job, LoadedPlugins& plugins, const WorkerEvents& events) {
    Reporter reporter(job, events);
    InStep others(job, reporter);
    Caretaker caretaker;
    try {
        others.before(Baton::load);
        if (!job.affinity.empty()) bind_to_cpus(parse_cpu_list(job.affinity));
        const Plugin& plugin = plugins.get(
            job.plugin_path,
            {.log = {},
             .progress = [&](double, const std::string& what) { reporter.alive(-1, what); },
             .cancelled = events.stop});
        plugin.check_options(job.options);
        // What a device says of itself may depend on the options it was opened with.
        std::optional<Device> opened;
        if (job.open_device) opened.emplace(plugin.open(job.device, job.options));
        Message message;
        message.kind = Message::Kind::inventory;
        message.inventory = inventory_of(plugin, job);
        reporter.send(message);
        if (!job.cases.empty()) run_cases(job, plugin, {events, reporter, others, caretaker});
        others.finish();
        reporter.send(Message::Kind::done, -1, "");
    } catch (const std::exception& error) {
        reporter.send(Message::Kind::fatal, -1, error.what());
    }
}

int worker_main() {
    LineReader input(job_descriptor);
    std::string line;
    if (input.next(line, -1) != LineReader::Got::line) return 1;
    // What a plugin starts is not to hold the supervisor's ends.
    for (const int each : {job_descriptor, message_descriptor}) fcntl(each, F_SETFD, FD_CLOEXEC);
    speak_last_words();
    LoadedPlugins plugins;
    run_job(job_from_json(parse_json(line, "job")), plugins,
            {.send = [](const Message& message) { write_all(to_line(message)); },
             .stop = [] { return false; }});
    return 0;
}

}  // namespace assay
