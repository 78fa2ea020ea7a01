// SPDX-License-Identifier: Apache-2.0
// Group I: other threads, random calls, processes that die, shutdown, and what a plugin leaves of
// the process.
#include <atomic>
#include <csignal>
#include <cstdio>
#include <thread>

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.hpp"
#include "core/base/descriptor.hpp"
#include "core/conform/checks.hpp"
#include "core/conform/process_state.hpp"
#include "core/conform/random_calls.hpp"
#include "core/conform/samples.hpp"
#include "core/conform/stand.hpp"

namespace assay {
namespace {

/// A matmul and a copy on a device that dies with this function.
void use_everything(const Candidate& candidate, const assay_host* host = nullptr) {
    const Rig rig(candidate, host);
    const SampleOp sample = offered_sample(rig);
    const Stand stand(rig, sample.op, sample.hints);
    stand.require_right(sample.name);
    if (rig.has_events()) rig.record(rig.new_event());
}

/// Works without end; writes one byte to `to` when it has begun.
[[noreturn]] void work_for_ever(const Candidate& candidate, int to) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    try {
        const Rig rig(candidate);
        const Stand stand(rig, offered_matmul(rig, {96, 96, 96}));
        for (bool told = false;; told = true) {
            stand.enqueue();
            if (!told && write(to, "x", 1) != 1) _exit(1);
        }
    } catch (...) {
        _exit(1);  // a fork of the check must not go on as the check
    }
}

/// A process that uses the device is killed in the middle of its work.
void kill_a_user(const Candidate& candidate) {
    int ends[2];
    require(pipe(ends) == 0, "cannot make a pipe");
    const Descriptor reader(ends[0]);
    Descriptor writer(ends[1]);
    const pid_t pid = fork();
    if (pid == 0) work_for_ever(candidate, writer.get());
    writer = Descriptor();
    char works = 0;
    const bool began = read(reader.get(), &works, 1) == 1;
    usleep(20'000);
    kill(pid, SIGKILL);
    int status = 0;
    waitpid(pid, &status, 0);
    require(began, "a second process could not use the device");
}

/// Loads, works, shuts down, and says how many threads are left and whether the host was called
/// after that; leaves by exit(), with everything that runs then.
std::string live_and_die(const Candidate& candidate) {
    static auto& host = *new WatchedHost;  // called by whom the check is after: never freed
    const int before = thread_count();
    const assay_plugin* table = nullptr;
    {
        const Rig rig(candidate, &host.table);
        table = &rig.table();
        const SampleOp sample = offered_sample(rig);
        Stand(rig, sample.op, sample.hints).require_right(sample.name);
    }
    table->shutdown();
    static int calls;
    calls = host.calls;
    usleep(50'000);
    require(host.calls == calls, "it calls the host after shutdown()");
    static const auto at_exit = [] {
        if (host.calls != calls) _exit(98);
    };
    std::atexit(+[] { at_exit(); });
    return std::to_string(thread_count() - before);
}

/// stdout in memory, to see what is written to it and to nothing else.
class QuietStdout {
public:
    QuietStdout() : memory_(memfd_create("assay-stdout", MFD_CLOEXEC)) {
        std::fflush(stdout);
        if (memory_ >= 0) dup2(memory_, 1);
    }
    QuietStdout(const QuietStdout&) = delete;
    QuietStdout& operator=(const QuietStdout&) = delete;
    ~QuietStdout() = default;

    [[nodiscard]] bool written() const {
        std::fflush(stdout);
        struct stat state {};
        return fstat(memory_, &state) == 0 && state.st_size > 0;
    }

private:
    int memory_;
};

}  // namespace

std::string check_other_threads(const Candidate& candidate) {
    const Rig rig(candidate);
    const Stand stand(rig, offered_matmul(rig, {96, 96, 96}));
    std::atomic<bool> over = false;
    std::thread other([&] {
        while (!over) rig.table().request_cancel(rig.device());
    });
    bool failed = false;
    for (int i = 0; i < 50; ++i) {
        const auto bindings = stand.bindings();
        const assay_status status =
            rig.table().enqueue(rig.queue(), stand.exec().get(), bindings.data(),
                                static_cast<std::uint32_t>(bindings.size()), nullptr);
        const assay_status waited =
            rig.table().queue_wait(rig.queue(), ~0ULL, ASSAY_WAIT_BLOCK, nullptr);
        for (const assay_status each : {status, waited}) {
            failed = failed || (each != ASSAY_OK && each != ASSAY_ERR_CANCELLED);
        }
    }
    over = true;
    other.join();
    require(!failed, "work fails while another thread calls request_cancel");
    stand.require_right("after request_cancel from another thread");
    return "";
}

std::string check_random_calls(const Candidate& candidate) {
    const Rig rig(candidate);
    make_random_calls(rig, candidate.seed);
    make_illegal_calls(rig);
    const SampleOp sample = offered_sample(rig);
    Stand(rig, sample.op, sample.hints).require_right("after illegal calls, " + sample.name);
    return "";
}

std::string check_killed_user(const Candidate& candidate) {
    constexpr double most_s = 20;
    const Elsewhere first = run_elsewhere(
        [&] {
            const Rig rig(candidate);
            (void)offered_matmul(rig, {96, 96, 96});
            return std::string("can");
        },
        most_s);
    require(first.text == "can", "a second process cannot use the device");
    for (int i = 0; i < 3; ++i) kill_a_user(candidate);
    const Elsewhere after = run_elsewhere(
        [&] {
            use_everything(candidate);
            return std::string("works");
        },
        most_s);
    require(after.in_time, "the device hangs after a process that used it was killed");
    require(after.text == "works", "the device fails after a process that used it was killed");
    return "";
}

std::string check_shutdown(const Candidate& candidate) {
    constexpr double most_s = 5;
    const Elsewhere end =
        run_elsewhere([&] { return live_and_die(candidate); }, 30, Leave::by_exit);
    require(end.in_time, "the process does not end after shutdown()");
    require(end.exit_code != 98, "it calls the host after shutdown(), when the process ends");
    require(end.signal == 0 && end.exit_code == 0,
            fmt::format("the process ends with signal {}, exit code {} after shutdown()",
                        end.signal, end.exit_code));
    require(end.end_s < most_s,
            fmt::format("the process takes {:.1f} s to end after shutdown()", end.end_s));
    return end.text == "0" || end.text.empty()
               ? ""
               : "after shutdown() " + end.text +
                     " of the threads that came with it still live (a library's pool?)";
}

std::string check_process_state(const Candidate& candidate) {
    const QuietStdout quiet;
    const Surroundings before = surroundings();
    const auto unchanged = [&](const char* call) {
        const std::string what = difference(before, surroundings());
        require(what.empty(), std::string(call) + " changes " + what);
        require(!quiet.written(), std::string(call) + " writes to stdout");
    };
    {
        Guest guest(candidate);
        unchanged("loading");
        (void)guest.introduction();
        unchanged("get_info");
    }
    const Rig rig(candidate);
    unchanged("device_open");
    const SampleOp sample = offered_sample(rig);
    unchanged("op_query");
    const Stand stand(rig, sample.op, sample.hints);
    unchanged("op_prepare, or copying");
    stand.enqueue();
    unchanged("enqueue");
    rig.wait();
    unchanged("queue_wait");
    stand.require_right(sample.name);
    unchanged("copying back");
    return "";
}

}  // namespace assay
