// SPDX-License-Identifier: Apache-2.0
// A counter of time that is not the clock Assay measures with: the processor's own (x86 TSC, Arm
// virtual counter), read with fences, and its rate against CLOCK_MONOTONIC_RAW. Both hang on one
// oscillator on most machines: what is proved with it is everything behind the oscillator.
#pragma once

#include <cstdint>
#include <ctime>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace assay::truth {

inline std::uint64_t clock_ns(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(now.tv_nsec);
}

#if defined(__x86_64__)
inline constexpr const char* counter_name = "x86 TSC";
inline std::uint64_t ticks() {
    _mm_lfence();  // what came before is done, what comes after has not begun
    const std::uint64_t now = __rdtsc();
    _mm_lfence();
    return now;
}
#elif defined(__aarch64__)
inline constexpr const char* counter_name = "Arm virtual counter";
inline std::uint64_t ticks() {
    std::uint64_t now = 0;
    asm volatile("isb; mrs %0, cntvct_el0; isb" : "=r"(now)::"memory");
    return now;
}
#else
inline constexpr const char* counter_name = "CLOCK_MONOTONIC_RAW";
inline std::uint64_t ticks() {
    return clock_ns(CLOCK_MONOTONIC_RAW);
}
#endif

/// One moment on three clocks.
struct Anchor {
    std::uint64_t ticks = 0, raw_ns = 0, monotonic_ns = 0;
};

/// The tightest of 200 tries: all three were read within some 100 ns.
inline Anchor anchor() {
    Anchor best;
    std::uint64_t narrowest = UINT64_MAX;
    for (int i = 0; i < 200; ++i) {
        const std::uint64_t before = ticks();
        const std::uint64_t raw = clock_ns(CLOCK_MONOTONIC_RAW);
        const std::uint64_t monotonic = clock_ns(CLOCK_MONOTONIC);
        const std::uint64_t width = ticks() - before;
        if (width >= narrowest) continue;
        narrowest = width;
        best = {before + width / 2, raw, monotonic};
    }
    return best;
}

/// From two anchors, `from` the earlier one.
inline double ticks_per_ns(const Anchor& from, const Anchor& to) {
    return static_cast<double>(to.ticks - from.ticks) /
           static_cast<double>(to.raw_ns - from.raw_ns);
}

}  // namespace assay::truth
