// SPDX-License-Identifier: Apache-2.0
#include "core/base/orphans.hpp"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <fstream>
#include <mutex>
#include <new>
#include <string>
#include <vector>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/file.hpp"

namespace assay {
namespace {

// Global because what they describe is: the children of this process.
std::mutex mutex;
int running = 0;
bool adopting = false;

/// The parent in the text of /proc/PID/stat: the second field after the name, which is in
/// parentheses and may hold some itself. -1: none.
pid_t parent_in(const std::string& stat) {
    const std::size_t name_end = stat.rfind(") ");
    if (name_end == std::string::npos || name_end + 4 >= stat.size()) return -1;
    pid_t parent = -1;
    std::from_chars(stat.data() + name_end + 4, stat.data() + stat.size(), parent);
    return parent;
}

void kill_children() {
    for (const std::string& name : names_in("/proc")) {
        pid_t pid = -1;
        std::from_chars(name.data(), name.data() + name.size(), pid);
        if (pid <= 0) continue;
        std::ifstream file("/proc/" + name + "/stat");
        std::string stat;
        std::getline(file, stat);
        if (parent_in(stat) == getpid()) kill(pid, SIGKILL);
    }
}

/// Again and again, for they may fork, and their own children come to us when they die.
void end_orphans() {
    constexpr int most_rounds = 2000;  // chosen: two seconds and more, then they are left alone
    for (int round = 0; round < most_rounds; ++round) {
        pid_t ended = 0;
        do {
            ended = waitpid(-1, nullptr, WNOHANG);
        } while (ended > 0);
        if (ended < 0 && errno == ECHILD) return;
        try {
            kill_children();
        } catch (const std::bad_alloc&) {
            // The next round has another chance.
        }
        usleep(1000);
    }
}

}  // namespace

void adopt_orphans() {
    const std::lock_guard lock(mutex);
    // Where our parent ignored it, so would we: children would then end unheard.
    std::signal(SIGCHLD, SIG_DFL);
    const bool has_none = waitid(P_ALL, 0, nullptr, WEXITED | WNOHANG | WNOWAIT) < 0;
    adopting = has_none && errno == ECHILD && prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
}

void child_begins() {
    const std::lock_guard lock(mutex);
    ++running;
}

void child_has_ended() {
    const std::lock_guard lock(mutex);
    if (--running == 0 && adopting) end_orphans();
}

}  // namespace assay
