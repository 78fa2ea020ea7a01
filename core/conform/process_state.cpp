// SPDX-License-Identifier: Apache-2.0
#include "core/conform/process_state.hpp"

#include <cerrno>
#include <cfenv>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>

#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.hpp"
#include "core/base/descriptor.hpp"
#include "core/base/error.hpp"
#include "core/conform/plugin_check.hpp"

namespace assay {
namespace {

namespace fs = std::filesystem;

int entries(const char* folder) {
    std::error_code failed;
    int count = 0;
    for (const auto& each : fs::directory_iterator(folder, failed)) {
        if (!each.path().empty()) ++count;
    }
    return failed ? -1 : count;
}

/// Field `index` of /proc/self/statm, in bytes.
std::uint64_t statm(int index) {
    std::ifstream file("/proc/self/statm");
    std::uint64_t pages = 0;
    for (int i = 0; i <= index; ++i) file >> pages;
    return file ? pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

bool starts(const std::string& text, const char* with) {
    return text.rfind(with, 0) == 0;
}

template <class T>
std::vector<unsigned char> bytes_of(const T& object) {
    std::vector<unsigned char> bytes(sizeof(object));
    std::memcpy(bytes.data(), &object, sizeof(object));
    return bytes;
}

/// The modes, without the flags that every inexact sum raises.
std::vector<unsigned char> floating_point_modes() {
#if defined(__x86_64__)
    return bytes_of(__builtin_ia32_stmxcsr() & ~0x3fU);
#else
    return bytes_of(std::fegetround());
#endif
}

/// The forked side.
[[noreturn]] void run_and_leave(const std::function<std::string()>& function, int to, Leave leave) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::string text;
    try {
        text = "+" + function();
    } catch (const Stop& stop) {
        text = (stop.finding.ending == Ending::skipped ? "~" : "-") + stop.finding.what;
    } catch (const std::exception& error) {
        text = "-" + std::string(error.what());
    }
    text += '\0';
    const bool sent = write(to, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (leave == Leave::by_exit) std::exit(sent ? 0 : 1);
    _exit(sent ? 0 : 1);
}

/// Reads until the writer's NUL, its end, or the time.
std::string read_text(int from, std::uint64_t deadline_ns) {
    std::string text;
    char piece[4096];
    while (text.empty() || text.back() != '\0') {
        const std::uint64_t now = now_ns();
        if (now >= deadline_ns) break;
        pollfd event{from, POLLIN, 0};
        if (poll(&event, 1, static_cast<int>((deadline_ns - now) / 1'000'000) + 1) <= 0) continue;
        const ssize_t got = read(from, piece, sizeof piece);
        if (got <= 0) break;
        text.append(piece, static_cast<std::size_t>(got));
    }
    if (!text.empty() && text.back() == '\0') text.pop_back();
    return text;
}

/// Waits until `pid` ended or the time; kills it then.
void await(pid_t pid, std::uint64_t deadline_ns, Elsewhere& end) {
    int status = 0;
    const std::uint64_t start = now_ns();
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (now_ns() > deadline_ns) {
            kill(pid, SIGKILL);
            waitpid(pid, &status, 0);
            return;
        }
        usleep(1000);
    }
    end.in_time = true;
    end.end_s = static_cast<double>(now_ns() - start) * 1e-9;
    end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    end.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

}  // namespace

int thread_count() {
    return entries("/proc/self/task");
}

int open_descriptors() {
    return entries("/proc/self/fd");
}

std::uint64_t resident_bytes() {
    return statm(1);
}

std::uint64_t virtual_bytes() {
    return statm(0);
}

std::vector<std::string> open_device_nodes() {
    std::vector<std::string> nodes;
    std::error_code failed;
    for (const auto& each : fs::directory_iterator("/proc/self/fd", failed)) {
        std::error_code gone;
        const std::string path = fs::read_symlink(each.path(), gone).string();
        if (gone || !starts(path, "/dev/")) continue;
        bool harmless = starts(path, "/dev/shm/") || starts(path, "/dev/pts/");
        for (const char* known : {"/dev/null", "/dev/zero", "/dev/random", "/dev/urandom",
                                  "/dev/tty", "/dev/console"}) {
            harmless = harmless || path == known;
        }
        if (!harmless) nodes.push_back(path);
    }
    return nodes;
}

Surroundings surroundings() {
    Surroundings now;
    for (char** entry = environ; *entry != nullptr; ++entry) now.environment.emplace_back(*entry);
    now.locale = std::setlocale(LC_ALL, nullptr);
    std::error_code failed;
    now.folder = fs::current_path(failed).string();
    for (int signal = 1; signal < NSIG; ++signal) {
        struct sigaction action {};
        sigaction(signal, nullptr, &action);
        now.signal_handlers.push_back(reinterpret_cast<std::uint64_t>(action.sa_handler));
    }
    now.floating_point = floating_point_modes();
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    sched_getaffinity(0, sizeof cpus, &cpus);
    now.affinity = bytes_of(cpus);
    now.nice = getpriority(PRIO_PROCESS, 0);
    return now;
}

std::string difference(const Surroundings& before, const Surroundings& after) {
    if (before.environment != after.environment) return "the environment";
    if (before.locale != after.locale) return "the locale";
    if (before.folder != after.folder) return "the working directory";
    if (before.signal_handlers != after.signal_handlers) return "a signal handler";
    if (before.floating_point != after.floating_point) return "the floating-point mode";
    if (before.affinity != after.affinity) return "the CPUs the thread may use";
    if (before.nice != after.nice) return "the nice value";
    return "";
}

Elsewhere run_elsewhere(const std::function<std::string()>& function, double limit_s, Leave leave) {
    int ends[2];
    if (pipe(ends) != 0) throw Error("cannot make a pipe for a second process");
    const Descriptor reader(ends[0]);
    Descriptor writer(ends[1]);
    std::fflush(nullptr);
    const pid_t pid = fork();
    if (pid < 0) throw Error("cannot start a second process");
    if (pid == 0) run_and_leave(function, writer.get(), leave);
    writer = Descriptor();
    Elsewhere end;
    const std::uint64_t deadline = now_ns() + static_cast<std::uint64_t>(limit_s * 1e9);
    end.text = read_text(reader.get(), deadline);
    await(pid, deadline, end);
    if (end.text.empty()) return end;
    const char how = end.text.front();
    end.text.erase(0, 1);
    if (how == '~') skip_check(end.text);
    if (how == '-') fail_check("in a second process: " + end.text);
    return end;
}

}  // namespace assay
