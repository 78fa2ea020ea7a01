// SPDX-License-Identifier: Apache-2.0
// The baton is a message of eight bytes: the position of its sender's next step.
#include "core/supervise/baton.hpp"

#include <cerrno>
#include <limits>

#include <poll.h>
#include <sys/socket.h>

namespace assay {
namespace {

constexpr std::int64_t finished = std::numeric_limits<std::int64_t>::max();
constexpr int waiting_ms = 1000;  // as often as a worker says that it is alive

bool tell(int socket, std::int64_t position) {
    ssize_t sent = 0;
    do {
        sent = send(socket, &position, sizeof position, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent == sizeof position;
}

}  // namespace

Baton::Baton(int socket, bool goes_first, std::function<void()> waiting)
    : socket_(socket),
      goes_first_(goes_first),
      mine_(goes_first),
      alone_(socket < 0),
      other_finished_(socket < 0),
      waiting_(std::move(waiting)) {}

/// Of two at the same step the first goes first in even rounds, the second in odd ones.
bool Baton::goes_before(const PassStep& step) const {
    if (other_ != step.position) return step.position < other_;
    return goes_first_ == (step.round % 2 == 0);
}

void Baton::before(const PassStep& step) {
    while (!alone_) {
        if (!mine_) {
            wait();
        } else if (goes_before(step)) {
            return;
        } else {
            pass_on(step);
        }
    }
}

void Baton::pass_on(const PassStep& step) {
    mine_ = false;
    alone_ = !tell(socket_, step.position);
}

void Baton::wait() {
    pollfd event{socket_, POLLIN, 0};
    const int ready = poll(&event, 1, waiting_ms);
    if (ready == 0) waiting_();
    if (ready <= 0) return;
    std::int64_t position = 0;
    const ssize_t got = recv(socket_, &position, sizeof position, 0);
    if (got < 0 && errno == EINTR) return;
    if (got != sizeof position) {
        alone_ = true;
    } else if (position == finished) {
        other_finished_ = true;  // It still has to tear down: its end is what we wait for.
    } else {
        other_ = position;
        mine_ = true;
    }
}

void Baton::finish() const {
    if (!alone_) tell(socket_, finished);
}

}  // namespace assay
