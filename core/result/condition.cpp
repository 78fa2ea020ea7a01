// SPDX-License-Identifier: Apache-2.0
// One function a condition. Limits marked "chosen" are what changes a decision at a margin of 2 %.
#include "core/result/condition.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/result/clocks.hpp"
#include "core/result/probes.hpp"
#include "core/result/sharing.hpp"
#include "core/result/summary.hpp"

namespace assay {
namespace {

constexpr double slow_clock = 1.10;  // chosen: boost clocks differ by some per cent with company
// 1 / 0.8: 6 to 9 % of the time in research/performance 5. Its limit of 0.93 is below in half of
// all turns of an ordinary virtual machine (docs/measuring.md).
constexpr double slow_probe = 1.25;
constexpr double many_turns = 0.25;          // chosen: fewer do not move a median
constexpr double most_steal = 0.01;          // research/statistics 3.1: above it, no verdict
constexpr double most_switches_per_s = 100;  // chosen: each costs 10 us at least, so 0.1 %

constexpr double most_asked_for = 1000;  // chosen: nobody takes more passes

using Finding = std::optional<Doubt>;

/// What a condition is judged by.
struct Evidence {
    const CaseSummary& summary;
    const RunRecord& run;
    const ProbeReference* reference;
};

Finding not_together(const Evidence& about) {
    double measured_s = 0, overlapped_s = 0;
    int devices = 0;
    for (const CaseRecord* record : about.summary.records) {
        if (!record->sharing) continue;
        measured_s += record->sharing->measured_s;
        overlapped_s += record->sharing->overlapped_s;
        devices = record->sharing->devices;
    }
    if (devices == 0 || overlapped_s >= least_overlap * measured_s) return {};
    return Doubt{Condition::not_together,
                 fmt::format("all {} devices were at work in {:.0f} % of the time of its turns",
                             devices, overlapped_s / measured_s * 100),
                 "look at the rows of the other devices: one was skipped, failed, or waited for "
                 "its CPU"};
}

Finding not_steady(const Evidence& about) {
    if (together(about.summary.steady).reached) return {};
    return Doubt{Condition::not_steady, "in half of the passes or more the readings never settled",
                 "give it a longer warm-up, or look for what changes under load"};
}

Finding drifting(const Evidence& about) {
    const Steady all = together(about.summary.steady);
    if (!all.drifting) return {};
    return Doubt{Condition::drifting,
                 fmt::format("time changes by {:+.1f} % from the first to the last third of a pass",
                             all.drift * 100),
                 "wait for a steady temperature and clock; see assay doctor"};
}

/// The share of the turns of all passes whose factor is above `limit`, and the median of those.
struct Share {
    std::size_t turns = 0, above = 0;
    std::vector<double> factors;

    void take(const std::vector<double>& of_sample, double limit) {
        turns += of_sample.size();
        for (const double factor : of_sample) {
            if (factor > limit) factors.push_back(factor);
        }
        above = factors.size();
    }
    [[nodiscard]] double fraction() const {
        return turns == 0 ? 0 : static_cast<double>(above) / static_cast<double>(turns);
    }
};

/// Over all samples of the case.
Share share(const Evidence& about, double limit,
            std::vector<double> (*factors)(const SampleRecord&, const ProbeReference&)) {
    Share found;
    if (about.reference == nullptr) return found;
    for (const CaseRecord* record : about.summary.records) {
        if (record->sample) found.take(factors(*record->sample, *about.reference), limit);
    }
    return found;
}

Finding throttled(const Evidence& about) {
    const Share found = share(about, slow_clock, clock_slow_downs);
    if (found.fraction() <= many_turns) return {};
    return Doubt{
        Condition::throttled,
        fmt::format("the core's clock was {:.0f} % below its best in {:.0f} % of the turns",
                    (1 - 1 / median(found.factors)) * 100, found.fraction() * 100),
        "fix the clock (governor, turbo), look at cooling and power limits"};
}

/// A setting of the user's is none of its doing.
Finding held_back(const Evidence& about) {
    std::vector<std::string> causes = throttled_by(about.summary.records);
    std::erase(causes, "user clocks");
    if (causes.empty()) return {};
    return Doubt{
        Condition::throttled,
        "the device held its clock back beside the readings: " + printable(join(causes, ", ")),
        "look at its cooling and its power limit"};
}

Finding slow_neighbourhood(const Evidence& about) {
    const Share found = share(about, slow_probe, slow_downs);
    if (found.fraction() <= many_turns) return {};
    return Doubt{
        Condition::disturbed,
        fmt::format("the probe ran {:.0f} % slower than undisturbed in {:.0f} % of the turns",
                    (median(found.factors) - 1) * 100, found.fraction() * 100),
        "a neighbour shares the cores: measure side by side (--ab), or at a quieter time"};
}

/// Time of all readings of all passes, seconds.
double measured_seconds(const CaseSummary& summary) {
    double seconds = 0;
    for (const CaseRecord* record : summary.records) {
        if (!record->sample || record->sample->clock == "virtual") continue;
        for (const double ns : record->sample->readings_ns) seconds += ns * 1e-9;
    }
    return seconds;
}

Counters counted(const CaseSummary& summary) {
    Counters all;
    for (const CaseRecord* record : summary.records) all = all + record->counters;
    return all;
}

Finding stolen(const Evidence& about) {
    const double seconds = measured_seconds(about.summary);
    if (seconds == 0) return {};  // of a simulated clock
    const double cpus = std::max(1, about.run.machine.cpus_online);
    const double stolen_s = static_cast<double>(counted(about.summary).machine_steal_ns) * 1e-9;
    // Two ticks of 10 ms are no finding, however short the case.
    if (stolen_s <= 0.02 || stolen_s <= most_steal * seconds * cpus) return {};
    return Doubt{Condition::disturbed,
                 fmt::format("{:.1f} % of the CPU time was stolen by other virtual machines",
                             stolen_s / (seconds * cpus) * 100),
                 "ask for dedicated CPUs"};
}

Finding interrupted(const Evidence& about) {
    const double seconds = measured_seconds(about.summary);
    const auto switches = static_cast<double>(counted(about.summary).involuntary_switches);
    if (seconds == 0) return {};  // of a simulated clock
    if (switches <= most_switches_per_s * std::max(seconds, 0.1)) return {};
    return Doubt{
        Condition::disturbed,
        fmt::format("other programs took the CPU {:.0f} times a second", switches / seconds),
        "stop them: top"};
}

Finding noisy(const Evidence& about) {
    const Interval& time = about.summary.time;
    const double half = time.relative_half_width(), margin = about.run.profile.margin;
    if (time.confidence <= 0 || half <= margin) return {};
    const double passes =
        static_cast<double>(about.summary.passes.size()) * half * half / (margin * margin);
    const std::string width = half < 1 ? fmt::format("±{:.1f} %", half * 100) : "wider than ±100 %";
    return Doubt{Condition::noisy,
                 fmt::format("the interval is {}, the margin {:.3g} %", width, margin * 100),
                 passes <= most_asked_for
                     ? fmt::format("about {:.0f} passes would do: --passes", passes)
                     : "make the machine quieter, more passes will not do: assay doctor"};
}

Finding few_readings(const Evidence& about) {
    if (about.summary.protocol.load) return {};  // as many as the scenario asks for
    int few = 0;
    for (const CaseRecord* record : about.summary.records) {
        const bool counts = record->outcome.state == State::measured && record->sample;
        if (counts && std::ssize(record->sample->readings_ns) < about.run.profile.min_readings) {
            ++few;
        }
    }
    const auto passes = static_cast<int>(about.summary.passes.size());
    if (2 * few < std::max(passes, 1)) return {};
    return Doubt{Condition::few_readings,
                 fmt::format("fewer than {} in {} of {} passes", about.run.profile.min_readings,
                             few, passes),
                 "let the case take longer: max_seconds in its suite, or --profile publish"};
}

}  // namespace

std::string_view name(Condition condition) {
    constexpr std::string_view names[] = {"not together", "not steady", "drifting",     "throttled",
                                          "disturbed",    "noisy",      "few readings", "valid"};
    return names[static_cast<std::size_t>(condition)];
}

bool forbids_verdict(Condition condition) {
    return condition == Condition::not_together || condition == Condition::not_steady ||
           condition == Condition::drifting;
}

std::vector<Doubt> doubts(const CaseSummary& summary, const RunRecord& run,
                          const ProbeReference* reference) {
    const Evidence evidence{summary, run, reference};
    std::vector<Doubt> found;
    for (const auto look : {not_together, not_steady, drifting, throttled, held_back,
                            slow_neighbourhood, stolen, interrupted, noisy, few_readings}) {
        if (Finding finding = look(evidence)) found.push_back(*std::move(finding));
    }
    return found;
}

}  // namespace assay
