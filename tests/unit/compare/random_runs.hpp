// SPDX-License-Identifier: Apache-2.0
// Random small runs for property tests: cases, passes, readings, families of noise, clocks,
// outcomes and headers are drawn from a seed. Realistic only in that each could be a result file.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/base/random.hpp"
#include "tests/unit/result/made_up.hpp"

namespace assay::random_runs {

/// How a case behaves in one run.
struct Behaviour {
    enum class Family { none, lognormal, two_levels, outliers, coarse } family;
    double seconds, sd;
};

inline double pass_seconds(const Behaviour& behaviour, Random& random) {
    using Family = Behaviour::Family;
    const double z = random.normal();
    switch (behaviour.family) {
        case Family::none:
            return behaviour.seconds;
        case Family::lognormal:
            return behaviour.seconds * std::exp(behaviour.sd * z);
        case Family::two_levels:
            return behaviour.seconds * (random.uniform() < 0.3 ? 1.03 : 1);
        case Family::outliers:
            return behaviour.seconds * (random.uniform() < 0.1 ? 3 : 1 + 0.001 * z);
        case Family::coarse:
            return std::ceil(behaviour.seconds * std::exp(behaviour.sd * z) * 1e7) / 1e7;
    }
    return behaviour.seconds;
}

inline CaseRecord random_record(const Case& work, int index, int pass, double seconds,
                                Random& random) {
    CaseRecord record;
    record.pass = pass;
    record.index = index;
    record.workload = work.workload;
    record.protocol = work.protocol;
    record.key = record.id = work.id;
    record.outcome = {State::skipped, "too slow", "prepare"};
    const std::uint32_t luck = random.below(40);
    if (luck == 0) return record;
    if (luck == 1) {
        record.outcome = {State::failed, "killed by signal 9", "measure"};
        return record;
    }
    record.outcome = {State::measured, "", ""};
    record.check.emplace().passed = true;
    record.check_after.emplace().passed = luck != 2;
    SampleRecord& sample = record.sample.emplace();
    sample.clock = "host";
    sample.invocations = 1 + random.below(3);
    const double scale = seconds * 1e9 * static_cast<double>(sample.invocations);
    for (std::uint32_t i = 0, n = 1 + random.below(6); i < n; ++i) {
        sample.readings_ns.push_back(scale * (1 + 0.01 * random.uniform()));
    }
    return record;
}

/// Cases by number: neighbours differ in one field, so that pairs by nearness come up too.
inline Case random_case(Random& random) {
    Case work;
    work.workload = made_up::gemm(64 << random.below(3));
    if (random.below(4) == 0) work.protocol.cache = CacheState::cold;
    if (random.below(8) == 0) work.protocol.measure = Measure::latency;
    work.id = key_of(work);
    return work;
}

inline RunRecord random_header(Random& random) {
    static const RunRecord plain = made_up::header(5);
    RunRecord header = plain;
    header.run_id = std::to_string(random.word64());
    if (random.below(4) == 0) header.machine.kernel = "6.6.0";
    if (random.below(8) == 0) header.machine.boot_id = "boot-2";
    if (random.below(16) == 0) header.profile.name = "publish";
    if (random.below(8) == 0) header.profile.margin = 0.05;
    Subject& subject = header.subjects[0];
    if (random.below(4) == 0) subject.plugin.options = {{"threads", "2"}, {"fast", "yes"}};
    if (random.below(8) == 0) subject.plugin.id = "org.other";
    if (random.below(8) == 0) subject.threads = 1;
    return header;
}

/// Two runs of nearly the same cases, `change` apart: often by nothing, by exactly the margin, or
/// by much.
inline std::pair<Run, Run> pair_of(std::uint64_t seed) {
    Random random(seed, 77);
    std::pair<Run, Run> runs;
    const std::array<Run*, 2> both = {&runs.first, &runs.second};
    for (Run* run : both) run->header = random_header(random);
    const double unit = std::pow(10.0, -static_cast<double>(random.below(8)));
    std::array<std::vector<std::string>, 2> seen;
    for (int index = 0, n = 1 + static_cast<int>(random.below(4)); index < n; ++index) {
        const Case work = random_case(random);
        constexpr std::array<double, 6> changes = {1, 1, 1.02, 1.05, 1.3, 0.7};
        Behaviour behaviour{Behaviour::Family(random.below(5)), unit * (1 + random.uniform()),
                            0.03 * random.uniform()};
        for (std::size_t side = 0; side < 2; ++side) {
            const Case here = random.below(8) == 0 ? random_case(random) : work;
            if (std::ranges::find(seen[side], here.id) != seen[side].end()) continue;
            seen[side].push_back(here.id);
            const auto passes = static_cast<int>(1 + random.below(5));
            for (int pass = 0; pass < passes; ++pass) {
                both[side]->records.push_back(
                    random_record(here, index, pass, pass_seconds(behaviour, random), random));
            }
            behaviour.seconds *= changes[random.below(changes.size())];
        }
    }
    return runs;
}

}  // namespace assay::random_runs
