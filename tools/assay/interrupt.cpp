// SPDX-License-Identifier: Apache-2.0
// Ctrl-C: the first asks a run to end with what it has, the second ends the program at once.
#include "tools/assay/interrupt.hpp"

#include <csignal>

namespace assay {
namespace {

// The only mutable global of the program: a signal handler can reach nothing else.
volatile std::sig_atomic_t seen = 0;

void on_signal(int) {
    seen = 1;
}

}  // namespace

void catch_interrupts() {
    struct sigaction action = {};
    action.sa_handler = on_signal;
    action.sa_flags = static_cast<int>(SA_RESETHAND);  // no SA_RESTART: a wait must wake up
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() {
    return seen != 0;
}

}  // namespace assay
