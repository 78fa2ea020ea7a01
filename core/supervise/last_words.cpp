// SPDX-License-Identifier: Apache-2.0
// Only async-signal-safe calls in the handler: backtrace(3) is one after its first call, which
// loads what it needs.
#include "core/supervise/last_words.hpp"

#include <array>
#include <csignal>
#include <cstring>

#include <execinfo.h>
#include <unistd.h>

namespace assay {
namespace {

struct Word {
    int signal;
    const char* text;
};
constexpr std::array words = {
    Word{SIGSEGV, "assay worker: SIGSEGV, bad memory access, in\n"},
    Word{SIGBUS, "assay worker: SIGBUS, bad memory, in\n"},
    Word{SIGFPE, "assay worker: SIGFPE, arithmetic, in\n"},
    Word{SIGILL, "assay worker: SIGILL, no such instruction, in\n"},
    Word{SIGABRT, "assay worker: SIGABRT, abort() or hung, in\n"},
    Word{SIGTRAP, "assay worker: SIGTRAP, breakpoint, in\n"},
    Word{SIGSYS, "assay worker: SIGSYS, bad system call, in\n"},
};
constexpr int most_frames = 64;
alignas(16) std::array<char, std::size_t{64} * 1024> other_stack;  // chosen: far above what is used

void write_text(const char* text) {
    if (write(STDERR_FILENO, text, std::strlen(text)) < 0) return;
}

void on_crash(int signal) {
    for (const Word& each : words) {
        if (each.signal == signal) write_text(each.text);
    }
    std::array<void*, most_frames> frames{};
    backtrace_symbols_fd(frames.data(), backtrace(frames.data(), most_frames), STDERR_FILENO);
    raise(signal);  // SA_RESETHAND: its default action now, as soon as this returns
}

}  // namespace

void speak_last_words() {
    std::array<void*, 1> frame{};
    backtrace(frame.data(), 1);
    stack_t stack{};
    stack.ss_sp = other_stack.data();
    stack.ss_size = other_stack.size();
    if (sigaltstack(&stack, nullptr) != 0) return;
    for (const Word& each : words) {
        struct sigaction present {};
        if (sigaction(each.signal, nullptr, &present) != 0) continue;
        if (present.sa_handler != SIG_DFL) continue;
        struct sigaction action {};
        action.sa_handler = on_crash;
        action.sa_flags = static_cast<int>(SA_ONSTACK | SA_RESETHAND);
        sigaction(each.signal, &action, nullptr);
    }
}

}  // namespace assay
