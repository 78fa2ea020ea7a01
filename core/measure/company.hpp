// SPDX-License-Identifier: Apache-2.0
// The other devices that are at work while a case takes its turns, as the case sees them: it begins
// at their instant, keeps its device busy until the last of them has its readings, and is told how
// much of its turn was shared. How they find each other is core/supervise/meeting.hpp's.
#pragma once

#include "core/stat/overlap.hpp"

namespace assay {

class Company {
public:
    virtual ~Company() = default;

    /// Returns at the instant at which all that take this turn begin.
    virtual void start() = 0;
    /// This device has its readings of the turn, taken in `window` (empty: it took none), and would
    /// have more of them in another turn, or not.
    virtual void has_readings(const TimeSpan& window, bool wants_more) = 0;
    /// Whether another device still takes its readings: this one is to be kept busy meanwhile.
    virtual bool others_at_work() = 0;

    struct Shared {
        std::uint64_t overlapped_ns = 0;  ///< Of the window, with every other device at work.
        bool go_on = false;               ///< Any of them wants another turn.
    };
    /// Ends the turn; this device was kept busy in `kept_busy` after its readings. Returns when all
    /// have ended theirs.
    virtual Shared end_turn(const TimeSpan& kept_busy) = 0;
    /// Devices that are to be at work at once, this one included.
    [[nodiscard]] virtual int devices() const = 0;
};

}  // namespace assay
