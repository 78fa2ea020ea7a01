// SPDX-License-Identifier: Apache-2.0
// Child processes by pipe2 + fork + exec. Between fork and exec only async-signal-safe calls are
// made, on memory prepared before; a failure there comes back as errno over a pipe.
#include "core/base/process.hpp"

#include <cassert>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.hpp"
#include "core/base/descriptor.hpp"
#include "core/base/error.hpp"
#include "core/base/orphans.hpp"

namespace assay {
namespace {

constexpr int child_input = 3, child_output = 4, child_baton = 5;

[[noreturn]] void fail(const std::string& program, int reason) {
    throw Error(fmt::format("cannot start {}: {}", program, std::strerror(reason)));
}

struct Pipe {
    Descriptor reader, writer;
};

/// `fd` again, closed on exec and numbered 10 or more: clear of the child's 0 … 5. Invalid, with
/// errno, when `fd` is.
Descriptor raised(int fd) {
    const Descriptor low(fd);
    return Descriptor(low.valid() ? fcntl(fd, F_DUPFD_CLOEXEC, 10) : -1);
}

Pipe make_pipe(const std::string& program) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) fail(program, errno);
    Pipe pipe{raised(ends[0]), raised(ends[1])};
    if (!pipe.reader.valid() || !pipe.writer.valid()) fail(program, EMFILE);
    return pipe;
}

Descriptor open_output(const std::string& path) {
    if (path.empty()) return {};
    Descriptor file = raised(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
    if (!file.valid()) {
        throw Error(fmt::format("{}: cannot write: {}", path, std::strerror(errno)));
    }
    return file;
}

/// Our environment with the command's variables put over it.
std::vector<std::string> merged_environment(const ChildCommand& command) {
    std::vector<std::string> merged;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string text = *entry;
        const std::string name = text.substr(0, text.find('='));
        bool replaced = false;
        for (const auto& added : command.environment) replaced |= added.first == name;
        if (!replaced) merged.push_back(text);
    }
    for (const auto& [name, value] : command.environment) merged.push_back(name + "=" + value);
    return merged;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (std::string& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

/// All that the child needs, made before the fork.
struct Launch {
    std::vector<std::string> arguments, environment;
    std::vector<char*> argv, envp;
    int nice = 0, baton = -1;
    pid_t parent = getpid();
    Pipe to_child, from_child, failure;
    Descriptor output, empty;
};

Launch prepare(const ChildCommand& command) {
    assert(!command.argv.empty());
    const std::string& program = command.argv.front();
    Launch launch;
    launch.arguments = command.argv;
    launch.environment = merged_environment(command);
    launch.argv = pointers(launch.arguments);
    launch.envp = pointers(launch.environment);
    launch.nice = command.nice;
    launch.baton = command.baton;
    launch.to_child = make_pipe(program);
    launch.from_child = make_pipe(program);
    launch.failure = make_pipe(program);
    launch.output = open_output(command.output_path);
    launch.empty = raised(open("/dev/null", O_RDONLY | O_CLOEXEC));
    return launch;
}

/// Handlers and mask as a fresh program expects them; all signals are blocked until here.
void default_signals() {
    struct sigaction action {};
    action.sa_handler = SIG_DFL;
    for (int signal = 1; signal < NSIG; ++signal) sigaction(signal, &action, nullptr);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool place_descriptors(const Launch& launch) {
    bool placed = dup2(launch.empty.get(), 0) >= 0;
    placed &= dup2(launch.to_child.reader.get(), child_input) >= 0;
    placed &= dup2(launch.from_child.writer.get(), child_output) >= 0;
    if (launch.baton >= 0) placed &= dup2(launch.baton, child_baton) >= 0;
    if (!launch.output.valid()) return placed;
    return placed && dup2(launch.output.get(), 1) >= 0 && dup2(launch.output.get(), 2) >= 0;
}

/// Out of memory, the kernel is to take this process, not its parent, which has the results.
void be_killed_first() {
    const int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0 || write(file, "1000", 4) < 0) return;
    close(file);
}

/// The child's side of the fork.
[[noreturn]] void become(const Launch& launch) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != launch.parent) _exit(127);  // It died before the line above.
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    if (launch.nice != 0) setpriority(PRIO_PROCESS, 0, launch.nice);
    be_killed_first();
    if (place_descriptors(launch)) {
        // Descriptors of ours that forgot O_CLOEXEC; kernels before 5.11 refuse, which is no loss.
        const unsigned last = launch.baton >= 0 ? child_baton : child_output;
        close_range(last + 1, ~0U, CLOSE_RANGE_CLOEXEC);
        default_signals();
        execvpe(launch.argv.front(), launch.argv.data(), launch.envp.data());
    }
    const int reason = errno;
    if (write(launch.failure.writer.get(), &reason, sizeof reason) < 0) _exit(126);
    _exit(127);
}

/// fork() with every signal blocked, so that none of our handlers runs in the child.
pid_t fork_quietly(const Launch& launch) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t pid = fork();
    if (pid == 0) become(launch);
    const int reason = errno;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = reason;
    return pid;
}

/// 0 once the child runs its program, else the errno of its exec.
int exec_result(Launch& launch) {
    launch.failure.writer = Descriptor();
    int reason = 0;
    ssize_t got = 0;
    do {
        got = read(launch.failure.reader.get(), &reason, sizeof reason);
    } while (got < 0 && errno == EINTR);
    return got > 0 ? reason : 0;
}

void wait_for(pid_t pid, int& status) {
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
}

/// Blocks SIGPIPE for this thread and takes back the one that a write raised.
class PipeSignalBlock {
public:
    PipeSignalBlock() {
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        sigset_t pending;
        sigpending(&pending);
        was_pending_ = sigismember(&pending, SIGPIPE) == 1;
        pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    PipeSignalBlock(const PipeSignalBlock&) = delete;
    PipeSignalBlock& operator=(const PipeSignalBlock&) = delete;
    ~PipeSignalBlock() {
        const timespec at_once{};
        if (!was_pending_) sigtimedwait(&pipe_, nullptr, &at_once);
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

private:
    sigset_t pipe_{}, before_{};
    bool was_pending_ = false;
};

/// Waits until `fd` takes bytes; false after a minute (chosen: far above any worker's pause).
bool wait_writable(int fd) {
    pollfd event{fd, POLLOUT, 0};
    int ready = 0;
    do {
        ready = poll(&event, 1, 60'000);
    } while (ready < 0 && errno == EINTR);
    return ready > 0 && (event.revents & POLLOUT) != 0;
}

}  // namespace

std::string Exit::text() const {
    if (!signalled) return fmt::format("exit code {}", code);
    return fmt::format("killed by signal {} ({})", code, strsignal(code));
}

Sockets message_sockets() {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        throw Error(fmt::format("cannot make a pair of sockets: {}", std::strerror(errno)));
    }
    Sockets sockets{raised(ends[0]), raised(ends[1])};
    if (sockets.one.valid() && sockets.other.valid()) return sockets;
    throw Error(fmt::format("cannot make a pair of sockets: {}", std::strerror(errno)));
}

Child Child::start(const ChildCommand& command) {
    Launch launch = prepare(command);
    child_begins();
    const pid_t pid = fork_quietly(launch);
    const int reason = pid < 0 ? errno : exec_result(launch);
    if (reason != 0) {
        int status = 0;
        if (pid > 0) wait_for(pid, status);
        child_has_ended();
        fail(command.argv.front(), reason);
    }
    Child child;
    child.pid_ = pid;
    child.input_ = launch.to_child.writer.release();
    child.output_ = launch.from_child.reader.release();
    fcntl(child.input_, F_SETFL, O_NONBLOCK);  // send() waits by poll, with a limit.
    return child;
}

Child::~Child() {
    if (pid_ > 0) {
        kill_group(SIGKILL);
        wait();
    }
    close_input();
    if (output_ >= 0) close(output_);
}

Child::Child(Child&& other) noexcept {
    *this = std::move(other);
}

Child& Child::operator=(Child&& other) noexcept {
    std::swap(pid_, other.pid_);
    std::swap(input_, other.input_);
    std::swap(output_, other.output_);
    return *this;
}

bool Child::send(const std::string& text) {
    const PipeSignalBlock block;
    std::size_t sent = 0;
    while (sent < text.size()) {
        const ssize_t written = write(input_, text.data() + sent, text.size() - sent);
        if (written > 0) sent += static_cast<std::size_t>(written);
        if (written >= 0 || errno == EINTR) continue;
        if (errno != EAGAIN || !wait_writable(input_)) return false;
    }
    return true;
}

void Child::close_input() {
    if (input_ >= 0) close(input_);
    input_ = -1;
}

void Child::kill_alone(int signal) const {
    if (pid_ > 0) kill(pid_, signal);
}

void Child::kill_group(int signal) const {
    if (pid_ > 0) kill(-pid_, signal);
}

bool Child::ended(int timeout_ms) const {
    constexpr int step_ms = 5;
    for (int waited_ms = 0;; waited_ms += step_ms) {
        siginfo_t info{};
        const int asked =
            waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT | WNOHANG);
        if (asked == 0 && info.si_pid == pid_) return true;
        if (waited_ms >= timeout_ms) return false;
        usleep(step_ms * 1000);
    }
}

Exit Child::wait() {
    assert(pid_ > 0);
    // Not yet reaped: until then nobody else can get its id, so the group killed is its own.
    siginfo_t info{};
    while (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
    }
    kill_group(SIGKILL);
    int status = 0;
    wait_for(pid_, status);
    pid_ = -1;
    child_has_ended();
    if (WIFSIGNALED(status)) return {true, WTERMSIG(status)};
    return {false, WEXITSTATUS(status)};
}

bool LineReader::take_line(std::string& line) {
    const std::size_t end = pending_.find('\n', searched_);
    searched_ = end == std::string::npos ? pending_.size() : end + 1;
    if (end == std::string::npos) return false;
    line.assign(pending_, begin_, end - begin_);
    begin_ = end + 1;
    return true;
}

/// Reads what is there; false at the end of the stream.
bool LineReader::read_more() {
    constexpr std::size_t longest_line = 256U << 20U;
    pending_.erase(0, begin_);
    searched_ -= begin_;
    begin_ = 0;
    char piece[65536];
    const ssize_t got = read(fd_, piece, sizeof piece);
    if (got < 0) return errno == EINTR || errno == EAGAIN;
    pending_.append(piece, static_cast<std::size_t>(got));
    if (pending_.size() <= longest_line) return got > 0;
    pending_.clear();
    searched_ = 0;
    fd_ = -1;
    return false;
}

LineReader::Got LineReader::next(std::string& line, int timeout_ms) {
    const std::uint64_t start = now_ns();
    while (!take_line(line)) {
        const auto spent = static_cast<int>((now_ns() - start) / 1'000'000);
        const int left = timeout_ms < 0 ? -1 : spent >= timeout_ms ? 0 : timeout_ms - spent;
        pollfd event{fd_, POLLIN, 0};
        if (fd_ < 0) return Got::end;
        if (poll(&event, 1, left) <= 0) return Got::timeout;
        if (!read_more()) return Got::end;
    }
    return Got::line;
}

}  // namespace assay
