// SPDX-License-Identifier: Apache-2.0
// clock_nanosleep(2), because std::this_thread::sleep_until may measure by another clock.
#include "core/measure/load_clock.hpp"

#include <cerrno>
#include <ctime>

#include "core/base/clock.hpp"

namespace assay {
namespace {

// chosen: the slack of 50 us, and what a wake-up takes on a machine at work
constexpr std::int64_t spin_ns = 200'000;

void sleep_until(std::int64_t at_ns) {
    timespec at{};
    at.tv_sec = static_cast<std::time_t>(at_ns / 1'000'000'000);
    at.tv_nsec = static_cast<long>(at_ns % 1'000'000'000);
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr) == EINTR) {
    }
}

}  // namespace

std::int64_t HostClock::now_ns() {
    return static_cast<std::int64_t>(assay::now_ns());
}

void HostClock::wait_until(std::int64_t at_ns) {
    if (at_ns - now_ns() > spin_ns) sleep_until(at_ns - spin_ns);
    while (now_ns() < at_ns) {
    }
}

}  // namespace assay
