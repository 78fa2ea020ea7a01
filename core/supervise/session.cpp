// SPDX-License-Identifier: Apache-2.0
#include "core/supervise/session.hpp"

#include <csignal>

#include <fmt/format.h>

#include "core/base/clock.hpp"
#include "core/base/error.hpp"
#include "core/base/process.hpp"

namespace assay {
namespace {

/// The supervisor wakes once a second at most while workers measure (design 10).
constexpr int wake_ms = 1000;

/// Hears one worker until it closes its pipe, hangs, or the user has had enough.
class Session {
public:
    Session(const SessionSettings& settings, Child& child) : settings_(settings), child_(child) {}

    SessionEnd listen() {
        LineReader reader(child_.output());
        last_heard_ns_ = now_ns();
        std::string line;
        while (true) {
            const LineReader::Got got = reader.next(line, wake_ms);
            if (got == LineReader::Got::end) break;
            if (got == LineReader::Got::line) hear(line);
            if (must_end()) break;
        }
        return end_;
    }

private:
    void hear(const std::string& line) {
        last_heard_ns_ = now_ns();
        const Message message = message_from_line(line);
        if (message.kind == Message::Kind::done) end_.done = true;
        if (message.kind == Message::Kind::fatal) end_.reason = message.text;
        settings_.hear(message);
    }

    bool must_end() {
        if (settings_.interrupted && settings_.interrupted()) {
            end_.interrupted = true;
        } else if (static_cast<double>(now_ns() - last_heard_ns_) * 1e-9 >
                   settings_.watchdog_seconds) {
            end_.reason =
                fmt::format("worker hung: silent for {:.0f} s, killed", settings_.watchdog_seconds);
        } else {
            return false;
        }
        child_.kill_group(SIGKILL);
        return true;
    }

    const SessionSettings& settings_;
    Child& child_;
    SessionEnd end_;
    std::uint64_t last_heard_ns_ = 0;
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
    child.send(dump_json(to_json(job)) + "\n");
    child.close_input();
    SessionEnd end;
    try {
        end = Session(settings, child).listen();
    } catch (const Error& error) {
        // A plugin that writes into our pipe, or a worker gone mad: its word is worth nothing.
        child.kill_group(SIGKILL);
        end.reason = error.what();
    }
    const Exit exit = child.wait();
    if (!job.status_path.empty()) end.doing = read_status(job.status_path);
    if (end.reason.empty() && (!end.done || exit.signalled || exit.code != 0)) {
        end.reason = "worker " + exit.text();
    }
    return end;
}

}  // namespace assay
