// SPDX-License-Identifier: Apache-2.0
// The clock of a load: the host's, or one that only moves when it is told to.
#pragma once

#include <cstdint>

namespace assay {

class LoadClock {
public:
    virtual ~LoadClock() = default;
    virtual std::int64_t now_ns() = 0;
    /// Returns when the clock reads at_ns or later; at once when it does already.
    virtual void wait_until(std::int64_t at_ns) = 0;
};

/// CLOCK_MONOTONIC. Sleeps until shortly before, then spins: a sleep alone ends too late by the
/// timer's slack (50 us on Linux) and the scheduler's wake-up.
class HostClock : public LoadClock {
public:
    std::int64_t now_ns() override;
    void wait_until(std::int64_t at_ns) override;
};

/// Starts at 0; waiting is a jump. For servers that compute when they will be done.
class VirtualClock : public LoadClock {
public:
    std::int64_t now_ns() override { return now_ns_; }
    void wait_until(std::int64_t at_ns) override {
        if (at_ns > now_ns_) now_ns_ = at_ns;
    }

private:
    std::int64_t now_ns_ = 0;
};

}  // namespace assay
