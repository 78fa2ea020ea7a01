// SPDX-License-Identifier: Apache-2.0
// How quiet the machine was while somebody listened, as numbers. They are taken by
// core/measure/listen.hpp; what they mean for a benchmark is said by diagnosis.hpp.
#pragma once

#include <cstdint>
#include <type_traits>
#include <vector>

namespace assay {

/// A fixed loop of dependent integer operations, run again and again on one CPU.
struct SpinRecord {
    int cpu = 0;
    std::uint64_t loops = 0;  ///< How many times it ran.
    double median_ns = 0;     ///< Of one loop.
    double p99_ns = 0;
    double lost_fraction = 0;  ///< Of the time: what loops took beyond 1.5 medians. 0 … 1.
    double drift = 0;          ///< Median of the last tenth over that of the first tenth, less 1.
};

/// 0 in every field: nobody listened.
struct Quiet {
    double seconds = 0;
    double clock_step_ns = 0;  ///< Least step of CLOCK_MONOTONIC that was seen.
    double clock_call_ns = 0;  ///< Mean cost of asking it.
    std::vector<SpinRecord> spins;
    double steal_fraction = 0;       ///< Of the time of all CPUs: given to other virtual machines.
    double other_busy_fraction = 0;  ///< Likewise: spent by other processes of this machine.
    std::uint64_t involuntary_switches = 0;
};

template <class Self, class Visitor>
void describe(Self& spin,
              Visitor&& field) requires std::is_same_v<std::remove_const_t<Self>, SpinRecord> {
    field("cpu", spin.cpu);
    field("loops", spin.loops);
    field("median_ns", spin.median_ns);
    field("p99_ns", spin.p99_ns);
    field("lost_fraction", spin.lost_fraction);
    field("drift", spin.drift);
}

template <class Self, class Visitor>
void describe(Self& quiet,
              Visitor&& field) requires std::is_same_v<std::remove_const_t<Self>, Quiet> {
    field("seconds", quiet.seconds);
    field("clock_step_ns", quiet.clock_step_ns);
    field("clock_call_ns", quiet.clock_call_ns);
    field("spins", quiet.spins);
    field("steal_fraction", quiet.steal_fraction);
    field("other_busy_fraction", quiet.other_busy_fraction);
    field("involuntary_switches", quiet.involuntary_switches);
}

}  // namespace assay
