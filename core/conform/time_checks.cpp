// SPDX-License-Identifier: Apache-2.0
// Group F, second half: what a device says of time. Wrong times are failures; times that a busy
// machine can make long are warnings.
#include <algorithm>
#include <cmath>
#include <thread>

#include <fmt/format.h>

#include "assay/ext/clock.h"
#include "core/base/clock.hpp"
#include "core/conform/checks.hpp"
#include "core/conform/samples.hpp"

namespace assay {
namespace {

constexpr std::uint64_t ms_ns = 1'000'000;

/// Something that takes the device a while: milliseconds on a CPU in plain loops.
Op long_work(const Rig& rig) {
    return offered_matmul(rig, {160, 160, 160});
}

struct TimedWait {
    assay_status status;
    double ms;
};
TimedWait timed_wait(const Rig& rig, std::uint64_t timeout_ns) {
    const std::uint64_t start = now_ns();
    const assay_status status =
        rig.table().queue_wait(rig.queue(), timeout_ns, ASSAY_WAIT_BLOCK, nullptr);
    return {status, static_cast<double>(now_ns() - start) * 1e-6};
}

struct Span {
    double event_ns, bracket_ns;
};

/// One run of `stand` between two events, and between two looks at the host's clock.
Span timed_run(const Rig& rig, const Stand& stand, const Event& from, const Event& to) {
    rig.wait();
    const std::uint64_t start = now_ns();
    rig.record(from);
    stand.enqueue();
    rig.record(to);
    rig.wait();
    const auto bracket = static_cast<double>(now_ns() - start);
    const double ns = rig.elapsed_ns(from, to);
    require(std::isfinite(ns) && ns >= 0, fmt::format("event_elapsed_ns: gives {}", ns));
    return {ns, bracket};
}

/// The shortest of a few.
Span shortest_run(const Rig& rig, const Stand& stand) {
    const Event from = rig.new_event(), to = rig.new_event();
    Span best = timed_run(rig, stand, from, to);
    for (int i = 0; i < 6; ++i) {
        const Span next = timed_run(rig, stand, from, to);
        if (next.event_ns < best.event_ns) best = next;
    }
    return best;
}

/// A device that says more time than has passed lies, however busy the machine is.
void require_inside(const Rig& rig, const Span& span) {
    const double slack = 10'000 + 2 * rig.info().timer_resolution_ns + 0.01 * span.bracket_ns;
    require(span.event_ns <= span.bracket_ns + slack,
            fmt::format("event_elapsed_ns: {:.0f} ns within {:.0f} ns of the host's clock",
                        span.event_ns, span.bracket_ns));
}

void check_many_stamps(const Rig& rig) {
    constexpr int times = 10'000;
    const Event from = rig.new_event(), to = rig.new_event();
    for (int i = 0; i < times; ++i) {
        rig.record(from);
        rig.record(to);
        rig.wait();
        const double ns = rig.elapsed_ns(from, to);
        require(
            std::isfinite(ns) && ns >= 0 && ns < 1e12,
            fmt::format("event_elapsed_ns: gives {} between two stamps with nothing between", ns));
    }
}

}  // namespace

std::string check_wait_times(const Candidate& candidate) {
    const Rig rig(candidate);
    const Stand stand(rig, long_work(rig));
    std::string warning;
    for (const std::uint64_t timeout : {std::uint64_t{0}, ms_ns}) {
        for (int i = 0; i < 4; ++i) stand.enqueue();
        const TimedWait wait = timed_wait(rig, timeout);
        require(wait.status == ASSAY_OK || wait.status == ASSAY_NOT_READY,
                fmt::format("queue_wait: status {} while work runs", wait.status));
        constexpr double most_ms = 100;  // chosen: a scheduler's worst, not a device's
        if (wait.ms > most_ms) {
            warning =
                fmt::format("queue_wait with {} ns to wait takes {:.0f} ms", timeout, wait.ms);
        }
        rig.wait();
        const TimedWait after = timed_wait(rig, 0);
        require(after.status == ASSAY_OK,
                fmt::format("queue_wait: status {} when all work is done", after.status));
    }
    return warning;
}

std::string check_asynchrony(const Candidate& candidate) {
    const Rig rig(candidate);
    if (rig.info().timer != ASSAY_TIMER_DEVICE) {
        skip_check("the device does not stamp its events itself, so it may be synchronous");
    }
    const Stand stand(rig, offered_matmul(rig, {256, 256, 256}));
    stand.enqueue();
    rig.wait();
    double enqueue_ns = 1e18, whole_ns = 1e18;
    for (int i = 0; i < 5; ++i) {
        const std::uint64_t start = now_ns();
        stand.enqueue();
        enqueue_ns = std::min(enqueue_ns, static_cast<double>(now_ns() - start));
        rig.wait();
        whole_ns = std::min(whole_ns, static_cast<double>(now_ns() - start));
    }
    return enqueue_ns > 0.9 * whole_ns
               ? fmt::format("enqueue returns after {:.0f} of {:.0f} us: it waits for the work",
                             enqueue_ns * 1e-3, whole_ns * 1e-3)
               : "";
}

std::string check_event_times(const Candidate& candidate) {
    const Rig rig(candidate);
    if (!rig.has_events()) skip_check("the device has no events");
    const bool real = rig.info().timer != ASSAY_TIMER_VIRTUAL;
    const Stand small(rig, offered_matmul(rig, {16, 16, 16})), large(rig, long_work(rig));
    const Span little = shortest_run(rig, small), much = shortest_run(rig, large);
    if (real) {
        require_inside(rig, little);
        require_inside(rig, much);
    }
    check_many_stamps(rig);
    if (much.event_ns <= little.event_ns) {
        return fmt::format("1000 times the work takes {:.0f} ns, the small one {:.0f} ns",
                           much.event_ns, little.event_ns);
    }
    if (real && much.event_ns < 0.1 * much.bracket_ns && much.bracket_ns > 1e6) {
        return fmt::format("events say {:.0f} ns of {:.0f} ns that the host waited", much.event_ns,
                           much.bracket_ns);
    }
    return "";
}

std::string check_clock(const Candidate& candidate) {
    const Rig rig(candidate);
    const auto* clock = rig.guest().extension<assay_ext_clock>(ASSAY_EXT_CLOCK);
    if (clock == nullptr) skip_check("assay.clock/1 is not offered");
    struct Reading {
        std::uint64_t host, device;
        double error;
    };
    const auto read = [&] {
        Reading reading{};
        require(clock->correlate(rig.device(), &reading.host, &reading.device, &reading.error,
                                 nullptr) == ASSAY_OK,
                "correlate: fails");
        require(std::isfinite(reading.error) && reading.error >= 0,
                fmt::format("correlate: an error of {} ns", reading.error));
        return reading;
    };
    const std::uint64_t before = now_ns();
    const Reading first = read();
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    const Reading last = read();
    require(first.host >= before && last.host <= now_ns(),
            "correlate: its host time is not of the host's clock");
    require(last.device > first.device, "correlate: the device's clock does not go on");
    const auto host = static_cast<double>(last.host - first.host);
    const auto device = static_cast<double>(last.device - first.device);
    const double allowed = first.error + last.error + 1e-3 * host;
    require(std::abs(device - host) <= allowed,
            fmt::format("correlate: {:.0f} ns of the device in {:.0f} ns of the host, stated error "
                        "{:.0f} ns",
                        device, host, first.error + last.error));
    return "";
}

}  // namespace assay
