// SPDX-License-Identifier: Apache-2.0
// A child process: fork+exec, pipes that close on exec, its own process group, killed with its
// parent. Never Boost.Process (its pipes leak into siblings: research/dependencies.md section 1).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "core/base/descriptor.hpp"

namespace assay {

/// What to start. `environment` is added to ours.
struct ChildCommand {
    std::vector<std::string> argv;
    std::vector<std::pair<std::string, std::string>> environment;
    std::string output_path;  ///< Its stdout and stderr are appended here; "" inherits ours.
    int nice = 0;             ///< Nice value, 0 … 19.
    int baton = -1;           ///< One of message_sockets(): the child's descriptor 5. -1: none.
};

/// Two ends that keep messages whole (SOCK_SEQPACKET), closed on exec: for children to talk to each
/// other, through ChildCommand::baton. Throws Error.
struct Sockets {
    Descriptor one, other;
};
Sockets message_sockets();

/// How a process ended.
struct Exit {
    bool signalled = false;
    int code = 0;  ///< The exit code, or the signal's number.
    /// "exit code 7", "killed by signal 9 (Killed)".
    [[nodiscard]] std::string text() const;
};

/// A running child. Its channel is a pair of pipes: our `input` is its descriptor 3, its
/// descriptor 4 is our `output`. The destructor kills the whole group and waits.
class Child {
public:
    /// Throws Error when it cannot be started ("cannot start X: No such file or directory").
    /// Its stdin is empty, its signals are at their defaults, it dumps no core. It is killed when
    /// the calling thread ends (PR_SET_PDEATHSIG): start children from the main thread.
    static Child start(const ChildCommand& command);
    ~Child();
    Child(Child&& other) noexcept;
    Child& operator=(Child&& other) noexcept;

    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] int output() const { return output_; }
    /// Writes all of `text` to the child's descriptor 3; false when it no longer reads: it closed
    /// it, or took nothing for 60 s.
    bool send(const std::string& text);
    /// Closes the child's descriptor 3: it sees end of file.
    void close_input();
    /// Signals the child alone, or its whole process group.
    void kill_alone(int signal) const;
    void kill_group(int signal) const;
    /// Whether it has ended, waiting at most so long. It is not reaped: wait() still says how.
    [[nodiscard]] bool ended(int timeout_ms) const;
    /// Waits until it ended; kills what is left of its group, and with adopt_orphans() what left
    /// it. Once only; pid() is then -1.
    Exit wait();

private:
    Child() = default;
    pid_t pid_ = -1;
    int input_ = -1, output_ = -1;
};

/// Lines of descriptor `fd`, which it does not own.
class LineReader {
public:
    enum class Got { line, timeout, end };
    explicit LineReader(int fd) : fd_(fd) {}
    /// The next line, without its end, waiting at most `timeout_ms` (-1: for ever). A signal ends
    /// the wait as a timeout does. What follows the last line end is no line: its writer died. A
    /// line above 256 MiB is the end.
    Got next(std::string& line, int timeout_ms);

private:
    bool take_line(std::string& line);
    bool read_more();

    int fd_;
    std::string pending_;       ///< Read, but not yet handed out …
    std::size_t begin_ = 0;     ///< … from here on;
    std::size_t searched_ = 0;  ///< no line end before here.
};

}  // namespace assay
