// SPDX-License-Identifier: Apache-2.0
// Two workers in lockstep: one works, the other waits without using the CPU. Whose next step stands
// earlier in the pass goes on; where both stand alike they alternate, A B B A. The supervisor has
// no part in it: no message crosses between timed calls.
#pragma once

#include <functional>

#include "core/measure/pass.hpp"

namespace assay {

class Baton {
public:
    /// Loading the plugin comes before every step of a pass.
    static constexpr PassStep load{-1, 0};

    /// `socket`: of message_sockets(), the other end is the other worker's; -1: alone. It is not
    /// owned: the end of this process must close it, after the plugin was torn down.
    /// `goes_first`: begins in even rounds. `waiting` is called about once a second of waiting.
    Baton(int socket, bool goes_first, std::function<void()> waiting);

    /// Returns when this worker may take the step.
    void before(const PassStep& step);
    /// All steps are taken. The other goes on when this process has ended, not before.
    void finish() const;
    /// True once the other is known to have ended without finish(): nothing is side by side now.
    [[nodiscard]] bool lost() const { return alone_ && !other_finished_; }

private:
    static constexpr std::int64_t not_heard_of = -2;

    [[nodiscard]] bool goes_before(const PassStep& step) const;
    void pass_on(const PassStep& step);
    void wait();

    int socket_;
    bool goes_first_, mine_, alone_, other_finished_ = false;
    std::int64_t other_ = not_heard_of;  ///< The other's next step.
    std::function<void()> waiting_;
};

}  // namespace assay
