// SPDX-License-Identifier: Apache-2.0
// Verdicts of made-up runs whose differences are known, and properties that hold for any two runs.
#include "core/compare/compare.hpp"

#include <algorithm>
#include <cmath>

#include <catch2/catch.hpp>

#include "core/base/random.hpp"
#include "tests/unit/result/made_up.hpp"

namespace assay {
namespace {

using made_up::gemm;
using made_up::measured;

/// One case of `passes` passes around `seconds`, with a spread of `sd` (of the logarithm).
Run one_case(double seconds, double sd, int passes, std::uint64_t seed) {
    Run run;
    run.path = "one.jsonl";
    run.header = made_up::header(passes);
    run.header.run_id = std::to_string(seed);
    Random random(seed, 1);
    for (int pass = 0; pass < passes; ++pass) {
        const double time = seconds * std::exp(sd * random.normal());
        run.records.push_back(measured(0, pass, gemm(512), time));
    }
    return run;
}

ComparisonReport compare_runs(const Run& baseline, const Run& candidate,
                              const CompareOptions& options = {}) {
    return compare({&baseline, 0}, {&candidate, 0}, options);
}

Comparison first(const Run& baseline, const Run& candidate) {
    const ComparisonReport report = compare_runs(baseline, candidate);
    REQUIRE(report.cases.size() == 1);
    return report.cases[0];
}

Run renamed(Run run, const std::string& run_id) {
    run.header.run_id = run_id;
    return run;
}

TEST_CASE("a candidate 10 % slower is SLOWER, the other way round FASTER", "[compare]") {
    const Run base = one_case(1e-3, 0.002, 10, 1), slow = one_case(1.1e-3, 0.002, 10, 2);
    const Comparison slower = first(base, slow), faster = first(slow, base);
    CHECK(slower.verdict == Verdict::slower);
    CHECK(slower.difference.ratio == Approx(1.1).epsilon(0.01));
    CHECK_THAT(slower.reason, Catch::Matches("time \\+[0-9.]+ %, interval \\+.* … \\+.*"));
    CHECK(faster.verdict == Verdict::faster);
}

TEST_CASE("two sides alike within the margin are EQUIVALENT, with the interval", "[compare]") {
    const Comparison same = first(one_case(1e-3, 0.001, 10, 3), one_case(1e-3, 0.001, 10, 4));
    CHECK(same.verdict == Verdict::equivalent);
    CHECK_THAT(same.reason, Catch::StartsWith("within ±2 %: 90 % interval "));
}

TEST_CASE("noise larger than the margin gives CAN'T TELL and the passes needed", "[compare]") {
    const Run noisy = one_case(1e-3, 0.1, 5, 5);
    const Comparison unclear = first(noisy, renamed(noisy, "6"));
    CHECK(unclear.verdict == Verdict::cant_tell);
    CHECK_THAT(unclear.reason, Catch::Matches("interval .* … .*; [0-9]+ passes would tell.*"));
}

TEST_CASE("one pass on a side can never decide", "[compare]") {
    const Comparison unclear = first(one_case(1e-3, 0, 1, 1), one_case(9e-3, 0, 1, 2));
    CHECK(unclear.verdict == Verdict::cant_tell);
    CHECK(unclear.reason == "1 pass on a side; 2 are the least");
}

TEST_CASE("the session spread is assumed between files and not within one", "[compare]") {
    Run both = one_case(1e-3, 0.002, 10, 1);
    Subject second = both.header.subjects[0];
    second.index = 1;
    second.label = "slow";
    both.header.subjects.push_back(second);
    const Run other = one_case(1.1e-3, 0.002, 10, 2);
    for (CaseRecord record : other.records) {
        record.subject = 1;
        both.records.push_back(record);
    }
    const ComparisonReport within = compare({&both, 0}, {&both, 1}, {});
    CHECK(within.session_sd == 0);
    CHECK(within.cases.at(0).verdict == Verdict::slower);
    const ComparisonReport between = compare_runs(one_case(1e-3, 0.002, 10, 1), other);
    CHECK(between.session_sd == 0.005);
    const double narrow = within.cases[0].difference.high95 / within.cases[0].difference.low95;
    const double wide = between.cases[0].difference.high95 / between.cases[0].difference.low95;
    CHECK(narrow < wide);
}

TEST_CASE("a run against itself has ratio 1 and is neither faster nor slower", "[compare]") {
    for (const double sd : {0.0, 0.001, 0.3}) {
        const Run run = one_case(1e-3, sd, 10, 7);
        const ComparisonReport report = compare_runs(run, run);
        CHECK(report.cases[0].difference.ratio == 1);
        CHECK(report.count(Verdict::faster) + report.count(Verdict::slower) == 0);
        CHECK_THAT(report.notes.at(0), Catch::StartsWith("same run on both sides"));
        CHECK(report.confounders.empty());
    }
}

TEST_CASE("another profile makes every case NOT COMPARABLE and names it", "[compare]") {
    const Run base = made_up::run(5);
    Run other = renamed(made_up::run(5), "2");
    other.header.profile.name = "publish";
    const ComparisonReport report = compare_runs(base, other);
    CHECK(report.count(Verdict::not_comparable) == 2);
    CHECK(report.cases[0].reason ==
          "profile.name is quick in the baseline, publish in the candidate");
    CHECK(report.refused.at(0).field == "profile.name");
    CHECK_FALSE(report.geometric_mean);
    CHECK(gate_trips(report));
}

TEST_CASE("another clock makes a case NOT COMPARABLE", "[compare]") {
    const Run base = one_case(1e-3, 0.001, 5, 1);
    Run simulated = one_case(1e-3, 0.001, 5, 2);
    for (CaseRecord& record : simulated.records) record.sample->clock = "virtual";
    const Comparison each = first(base, simulated);
    CHECK(each.verdict == Verdict::not_comparable);
    CHECK(each.reason == "clock is host in the baseline, virtual in the candidate");
}

/// Sets the record's work or protocol through `change`, with the key that belongs to it.
template <class Change>
Run changed(Run run, Change change) {
    for (CaseRecord& record : run.records) {
        change(record);
        Case each;
        each.workload = record.workload;
        each.protocol = record.protocol;
        record.key = key_of(each);
        record.id = short_name(record.workload) + std::string(name(record.protocol.cache));
    }
    return renamed(std::move(run), "changed");
}

TEST_CASE("the nearest case is paired to name the field that differs", "[compare]") {
    const Run base = one_case(1e-3, 0.001, 5, 1);
    const Run cold = changed(base, [](CaseRecord& r) { r.protocol.cache = CacheState::cold; });
    const Comparison each = first(base, cold);
    CHECK(each.verdict == Verdict::not_comparable);
    CHECK(each.reason == "cache is hot in the baseline, cold in the candidate");
    const Run two = changed(cold, [](CaseRecord& r) { std::get<Gemm>(r.workload).m = 256; });
    CHECK(first(base, two).reason ==
          "m is 512 in the baseline, 256 in the candidate; "
          "cache is hot in the baseline, cold in the candidate");
}

TEST_CASE("what differs in more than two fields is MISSING on either side", "[compare]") {
    const Run base = one_case(1e-3, 0.001, 5, 1);
    const Run far = changed(base, [](CaseRecord& r) { r.workload = gemm(99); });
    const ComparisonReport report = compare_runs(base, far);
    REQUIRE(report.cases.size() == 2);
    CHECK(report.count(Verdict::missing) == 2);
    CHECK(report.cases[0].reason == "not in the candidate");
    CHECK(report.cases[1].reason == "not in the baseline");
    CHECK(gate_trips(report));
}

TEST_CASE("failed on a side is INVALID, skipped on a side MISSING, with the reason", "[compare]") {
    const Run base = made_up::run(5);
    Run other = renamed(made_up::run(5), "2");
    for (CaseRecord& record : other.records) {
        record.sample.reset();
        if (record.index == 0) record.outcome = {State::failed, "killed by signal 9", "measure"};
        if (record.index == 1) record.outcome = {State::skipped, "too slow: 9 s", "measure"};
    }
    const ComparisonReport report = compare_runs(base, other);
    REQUIRE(report.cases.size() == 2);
    CHECK(report.cases[0].verdict == Verdict::invalid);
    CHECK(report.cases[0].reason == "failed in the candidate: killed by signal 9");
    CHECK(report.cases[1].verdict == Verdict::missing);
    CHECK(report.cases[1].reason == "skipped in the candidate: too slow: 9 s");
    CHECK(std::ranges::count(report.notes, "1 case skipped on both sides") == 1);
}

TEST_CASE("a failed check after timing makes the case INVALID", "[compare]") {
    const Run base = one_case(1e-3, 0.001, 5, 1);
    Run other = one_case(1e-3, 0.001, 5, 2);
    for (CaseRecord& record : other.records) record.check_after->passed = false;
    CHECK(first(base, other).verdict == Verdict::invalid);
}

TEST_CASE("differing fields of machine, device, plugin and tool are confounders", "[compare]") {
    const Run base = made_up::run(5);
    Run other = renamed(made_up::run(5), "2");
    other.header.machine.kernel = "6.6.0";
    other.header.machine.load_1min = 3;
    other.header.machine.boot_id = "boot-2";
    other.header.subjects[0].plugin.version = "1.3";
    other.header.subjects[0].plugin.path = "/elsewhere/fast.so";
    other.header.subjects[0].plugin.options = {{"threads", "2"}, {"fast", "yes"}};
    other.header.subjects[0].threads = 1;
    const ComparisonReport report = compare_runs(base, other);
    std::vector<std::string> fields;
    for (const Confounder& each : report.confounders) fields.push_back(each.field);
    CHECK(fields == std::vector<std::string>{"machine.kernel", "plugin.version",
                                             "plugin.options.log", "threads",
                                             "plugin.options.fast"});
    CHECK(report.confounders[0].baseline == "6.1.0");
    CHECK(report.confounders[0].candidate == "6.6.0");
    const auto is_sessions = [](const std::string& s) {
        return s.starts_with("different sessions");
    };
    CHECK(std::ranges::count_if(report.notes, is_sessions) == 1);
}

TEST_CASE("what differs along the axis is expected, everything else confounds", "[compare]") {
    const Run base = made_up::run(5);
    Run other = renamed(made_up::run(5), "2");
    other.header.machine.governor = "performance";
    other.header.subjects[0].device.driver = "551.2";
    CompareOptions options;
    options.axes = {"driver"};
    const ComparisonReport report = compare({&base, 0}, {&other, 0}, options);
    REQUIRE(report.expected.size() == 1);
    CHECK(report.expected[0].field == "device.driver");
    REQUIRE(report.confounders.size() == 1);
    CHECK(report.confounders[0].field == "machine.governor");
    options.axes = {"machine", "device"};
    CHECK(compare({&base, 0}, {&other, 0}, options).confounders.empty());
}

TEST_CASE("host name and patch level of the kernel are noted, and explain nothing", "[compare]") {
    Run base = made_up::run(5);
    base.header.machine.kernel = "6.1.0-18-amd64";
    Run other = renamed(made_up::run(5), "2");
    other.header.machine.kernel = "6.1.0-21-amd64";
    other.header.machine.host_name = "bench2";
    const ComparisonReport report = compare_runs(base, other);
    CHECK(report.confounders.empty());
    CHECK(report.noted.size() == 2);
}

TEST_CASE("two plugins are the question, not a confounder", "[compare]") {
    const Run base = made_up::run(5);
    Run other = renamed(made_up::run(5), "2");
    other.header.subjects[0].plugin.id = "org.other";
    other.header.subjects[0].plugin.version = "9";
    const ComparisonReport report = compare_runs(base, other);
    CHECK(report.confounders.empty());
    CHECK(report.notes.at(0) == "compares plugins: org.fast 1.2 with org.other 9");
}

TEST_CASE("the geometric mean is over the cases measured in every pass", "[compare]") {
    const Run base = made_up::run(5);
    Run other = renamed(made_up::run(5), "2");
    for (CaseRecord& record : other.records) {
        if (!record.sample) continue;
        // The first case takes twice, the second half the time: the geometric mean is 1.
        for (double& reading : record.sample->readings_ns) reading *= record.index == 0 ? 2 : 0.5;
    }
    const ComparisonReport report = compare_runs(base, other);
    REQUIRE(report.geometric_mean);
    CHECK(report.geometric_mean->ratio == Approx(1).epsilon(1e-12));
    // 1.024 + 2 ms against 2.048 + 1 ms.
    CHECK(*report.total_time_ratio == Approx(3.048 / 3.024).epsilon(1e-6));
    other.records.erase(other.records.begin());  // The first case loses a pass.
    const ComparisonReport fewer = compare_runs(base, other);
    CHECK(fewer.geometric_mean->ratio == Approx(0.5).epsilon(1e-9));
    CHECK(std::ranges::count(fewer.notes,
                             "the geometric mean is over 1 of 2 cases: those measured "
                             "in every pass of both sides") == 1);
}

TEST_CASE(
    "a generation is judged by its queries, first tokens and next tokens and the mean by queries",
    "[compare][generation]") {
    const auto run = [](double first_s, double next_s, const std::string& run_id) {
        Run made;
        made.header = made_up::header(6);
        made.header.run_id = run_id;
        for (int pass = 0; pass < 6; ++pass) {
            const double noise = 1 + 0.001 * (pass % 3);
            made.records.push_back(
                made_up::generated(0, pass, 9, 4, first_s * noise, next_s * noise));
        }
        return made;
    };
    // The first token 20 % later, the others 20 % sooner: 1.04 + 0.3 s to 1.248 + 0.24 s.
    const Run base = run(1, 0.1, "a"), candidate = run(1.2, 0.08, "b");
    const ComparisonReport report = compare_runs(base, candidate);
    REQUIRE(report.cases.size() == 3);
    CHECK(report.cases[0].verdict == Verdict::slower);
    CHECK(report.cases[1].verdict == Verdict::slower);
    CHECK_THAT(report.cases[1].id, Catch::EndsWith(" TTFT"));
    CHECK(report.cases[1].difference.ratio == Approx(1.2));
    CHECK(report.cases[2].verdict == Verdict::faster);
    CHECK_THAT(report.cases[2].id, Catch::EndsWith(" TPOT"));
    CHECK(report.cases[2].difference.ratio == Approx(0.8));
    REQUIRE(report.geometric_mean);
    CHECK(report.geometric_mean->ratio == Approx(report.cases[0].difference.ratio));
    // Nothing was left out of the mean: the parts are in it already.
    CHECK(std::ranges::none_of(report.notes, [](const std::string& note) {
        return note.find("geometric mean is over") != std::string::npos;
    }));
}

TEST_CASE("the gate passes for equal and faster, and trips when nothing is compared", "[compare]") {
    const Run base = one_case(1e-3, 0.001, 10, 3);
    CHECK_FALSE(gate_trips(compare_runs(base, one_case(1e-3, 0.001, 10, 4))));
    CHECK_FALSE(gate_trips(compare_runs(base, one_case(0.8e-3, 0.001, 10, 4))));
    CHECK(gate_trips(compare_runs(base, one_case(1.2e-3, 0.001, 10, 4))));
    Run empty = base;
    empty.records.clear();
    CHECK(gate_trips(compare_runs(empty, empty)));
}

/// Two runs of three cases whose differences and spreads are drawn from the seed.
std::pair<Run, Run> random_pair(std::uint64_t seed) {
    Random random(seed, 2);
    std::pair<Run, Run> runs;
    for (Run* run : {&runs.first, &runs.second}) {
        run->header = made_up::header(8);
        run->header.run_id = std::to_string(random.word());
    }
    for (int index = 0; index < 3; ++index) {
        const double sd = 0.02 * random.uniform(), shift = 0.1 * (random.uniform() - 0.5);
        for (int pass = 0; pass < 8; ++pass) {
            const double here = 1e-3 * std::exp(sd * random.normal());
            const double there = 1e-3 * std::exp(shift + sd * random.normal());
            runs.first.records.push_back(measured(index, pass, gemm(100 + index), here));
            runs.second.records.push_back(measured(index, pass, gemm(100 + index), there));
        }
    }
    return runs;
}

Verdict mirrored(Verdict verdict) {
    if (verdict == Verdict::faster) return Verdict::slower;
    return verdict == Verdict::slower ? Verdict::faster : verdict;
}

TEST_CASE("exchanging the sides mirrors every verdict and inverts every ratio", "[compare]") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        const auto [here, there] = random_pair(seed);
        const ComparisonReport one = compare_runs(here, there), other = compare_runs(there, here);
        for (std::size_t i = 0; i < one.cases.size(); ++i) {
            INFO("seed " << seed << " case " << i);
            CHECK(one.cases[i].verdict == mirrored(other.cases[i].verdict));
            CHECK(one.cases[i].difference.ratio * other.cases[i].difference.ratio ==
                  Approx(1).epsilon(1e-12));
            CHECK(one.cases[i].difference.low95 * other.cases[i].difference.high95 ==
                  Approx(1).epsilon(1e-12));
        }
        CHECK(one.geometric_mean->ratio * other.geometric_mean->ratio == Approx(1).epsilon(1e-12));
    }
}

TEST_CASE("the order of the passes does not matter", "[compare]") {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        auto [here, there] = random_pair(seed);
        const ComparisonReport before = compare_runs(here, there);
        for (Run* run : {&here, &there}) {
            for (CaseRecord& record : run->records) record.pass = (record.pass * 3 + 5) % 8;
            std::ranges::reverse(run->records);
        }
        const ComparisonReport after = compare_runs(here, there);
        for (std::size_t i = 0; i < before.cases.size(); ++i) {
            CHECK(after.cases[i].verdict == before.cases[i].verdict);
            CHECK(after.cases[i].difference.ratio ==
                  Approx(before.cases[i].difference.ratio).epsilon(1e-12));
        }
    }
}

TEST_CASE("times in another power of two change no verdict and no ratio", "[compare]") {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        auto [here, there] = random_pair(seed);
        const ComparisonReport before = compare_runs(here, there);
        for (Run* run : {&here, &there}) {
            for (CaseRecord& record : run->records) {
                for (double& reading : record.sample->readings_ns) reading = std::ldexp(reading, 7);
            }
        }
        const ComparisonReport after = compare_runs(here, there);
        for (std::size_t i = 0; i < before.cases.size(); ++i) {
            CHECK(after.cases[i].verdict == before.cases[i].verdict);
            CHECK(after.cases[i].difference.ratio ==
                  Approx(before.cases[i].difference.ratio).epsilon(1e-12));
        }
    }
}

}  // namespace
}  // namespace assay
