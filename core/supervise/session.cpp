// SPDX-License-Identifier: Apache-2.0
#include "core/supervise/session.hpp"

#include <array>
#include <csignal>
#include <string_view>

#include <fmt/format.h>

#include "core/base/clock.hpp"
#include "core/base/error.hpp"
#include "core/base/process.hpp"
#include "core/supervise/worker_logs.hpp"

namespace assay {
namespace {

/// The supervisor wakes once a second at most while workers measure (design 10).
constexpr int wake_ms = 1000;
/// What a hanging worker has to say where it is, before the whole group is killed.
constexpr int last_words_ms = 2000;

/// How long a worker may be silent (research/plugin-abi 5.3, wider where a cold disk may be slow);
/// a plugin's progress is a word too.
struct PhaseLimit {
    std::string_view phase;
    double seconds;
};
constexpr std::array phase_limits = {PhaseLimit{"prepare", 600}, PhaseLimit{"teardown", 30}};
constexpr double other_limit = 120;

double limit_of(std::string_view phase) {
    for (const PhaseLimit& each : phase_limits) {
        if (each.phase == phase) return each.seconds;
    }
    return other_limit;
}

/// Hears one worker until it has ended, hangs, or the user has had enough.
class Session {
public:
    Session(const SessionSettings& settings, Child& child) : settings_(settings), child_(child) {}

    SessionEnd listen() {
        LineReader reader(child_.output());
        last_heard_ns_ = now_ns();
        try {
            hear_all(reader);
        } catch (const WorkerFault& fault) {
            // A plugin that writes into our pipe, or a worker gone mad: its word is worth nothing.
            child_.kill_group(SIGKILL);
            end_.reason = fault.what();
        }
        leave();
        return end_;
    }

private:
    void hear_all(LineReader& reader) {
        std::string line;
        while (!over_) {
            const LineReader::Got got = reader.next(line, wake_ms);
            if (got == LineReader::Got::end) return;
            if (got == LineReader::Got::line) hear(line);
            if (got == LineReader::Got::timeout && child_.ended(0)) {
                // What it started may hold the pipe open: there is no end to wait for.
                while (reader.next(line, 0) == LineReader::Got::line) hear(line);
                return;
            }
            limit_log(settings_.log_path);
            look_at_time();
        }
    }

    void hear(const std::string& line) {
        last_heard_ns_ = now_ns();
        const Message message = understood(line);
        const bool of_case = message.kind == Message::Kind::alive && message.index >= 0;
        if (message.kind == Message::Kind::phase || of_case) phase_ = message.text;
        if (message.kind == Message::Kind::done) end_.done = true;
        if (message.kind == Message::Kind::fatal) end_.reason = message.text;
        settings_.hear(message);
    }

    static Message understood(const std::string& line) {
        try {
            return message_from_line(line);
        } catch (const Error& error) {
            throw WorkerFault(error.what());
        }
    }

    void look_at_time() {
        const double silent = static_cast<double>(now_ns() - last_heard_ns_) * 1e-9;
        if (settings_.interrupted && settings_.interrupted()) {
            end_.interrupted = over_ = true;
            child_.kill_group(SIGKILL);
        } else if (silent > limit()) {
            end_hung();
        }
    }

    [[nodiscard]] double limit() const { return settings_.hang_seconds.value_or(limit_of(phase_)); }

    /// SIGABRT first: the worker then writes into its log where it is (last_words.hpp).
    void end_hung() {
        end_.hung = over_ = true;
        end_.reason = fmt::format("worker hung: silent for {:.3g} s, ended", limit());
        child_.kill_alone(SIGABRT);
        if (!child_.ended(last_words_ms)) child_.kill_group(SIGKILL);
    }

    /// It closed its pipe: soon it has ended, or it hangs on the way out.
    void leave() {
        if (over_) return;
        phase_ = "teardown";
        if (!child_.ended(static_cast<int>(limit() * 1000))) end_hung();
    }

    const SessionSettings& settings_;
    Child& child_;
    SessionEnd end_;
    std::string phase_ = "load";
    std::uint64_t last_heard_ns_ = 0;
    bool over_ = false;
};

SessionEnd in_this_process(const SessionSettings& settings, const Job& job) {
    SessionEnd end;
    for (const auto& [name, value] : settings.environment) setenv(name.c_str(), value.c_str(), 1);
    const auto hear = [&](const Message& message) {
        if (message.kind == Message::Kind::done) end.done = true;
        if (message.kind == Message::Kind::fatal) end.reason = message.text;
        settings.hear(message);
    };
    run_job(job, *settings.in_process,
            {.send = hear, .stop = [&] { return settings.interrupted && settings.interrupted(); }});
    end.interrupted = settings.interrupted && settings.interrupted();
    end.doing = read_status(job.status_path);
    return end;
}

/// Why a worker that did not say why is gone.
std::string reason_of(const Exit& exit) {
    if (!exit.signalled && exit.code == lost_channel_code) {
        return "worker lost its channel: something in it closed descriptor 4";
    }
    if (!exit.signalled && exit.code == 0) return "worker left without saying so: exit code 0";
    return "worker " + exit.text();
}

}  // namespace

SessionEnd run_session(const SessionSettings& settings, const Job& job) {
    if (settings.in_process != nullptr) return in_this_process(settings, job);
    Child child = Child::start({.argv = {settings.program.string(), "worker"},
                                .environment = settings.environment,
                                .output_path = settings.log_path,
                                .nice = 0,
                                .baton = settings.baton ? settings.baton->get() : -1});
    // Else the other worker would not see this one's end.
    if (settings.baton) *settings.baton = Descriptor();
    const bool told = child.send(dump_json(to_json(job)) + "\n");
    child.close_input();
    SessionEnd end = Session(settings, child).listen();
    if (!told && end.reason.empty()) end.reason = "worker took no job";
    const Exit exit = child.wait();
    limit_log(settings.log_path);
    if (!job.status_path.empty()) end.doing = read_status(job.status_path);
    const bool clean = end.done && !exit.signalled && exit.code == 0;
    if (end.reason.empty() && !clean) end.reason = reason_of(exit);
    return end;
}

}  // namespace assay
