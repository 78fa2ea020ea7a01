// SPDX-License-Identifier: Apache-2.0
// A made-up run with round numbers, for the tests of result, compare and report.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "core/result/run.hpp"
#include "core/result/summary.hpp"
#include "core/suite/case.hpp"
#include "core/workload/arrivals.hpp"

namespace assay::made_up {

inline Gemm gemm(std::int64_t size) {
    return {.m = size, .n = size, .k = size};
}

inline RunRecord header(int passes) {
    RunRecord run;
    run.run_id = "00112233445566778899aabbccddeeff";
    run.started_utc = "2026-01-02T03:04:05Z";
    run.tool = {"assay", "0.1.0", "abc1234", "g++ 12.2", "Release", std::string(64, 'a')};
    run.command_line = {"assay", "run", "/home/ada/suites/tiny.toml", "-o", "/home/ada/a.jsonl"};
    run.suite = {"tiny", "A tiny suite", std::string(64, 'b'), "", {{"tiny.toml", "[[gemm]]\n"}},
                 3};
    run.profile.name = "quick";
    run.profile.passes = passes;
    run.profile.min_readings = 3;  // as many as the made-up samples have
    run.machine.host_name = "bench1";
    run.machine.os = "Debian 12";
    run.machine.kernel = "6.1.0";
    run.machine.cpu_model = "Imaginary CPU";
    run.machine.cpus_online = 4;
    run.machine.cpus_allowed = 2;
    run.quiet = Quiet{0.4, 20, 25, {{0, 4000, 1e5, 1.01e5, 0.001, 0.0005}}, 0, 0.01, 2};
    run.machine.boot_id = "boot-1";
    run.machine.caches = {{1, "Data", 32768, 1}, {3, "Unified", 8388608, 4}};
    Subject subject;
    subject.label = "fast";
    subject.plugin.name = "fast";
    subject.plugin.id = "org.fast";
    subject.plugin.title = "Fast";
    subject.plugin.version = "1.2";
    subject.plugin.path = "/home/ada/lib/fast.so";
    subject.plugin.options = {{"threads", "2"}, {"log", "/home/ada/log.txt"}};
    subject.device.kind = "cpu";
    subject.device.name = "Imaginary CPU";
    subject.device.id = "GPU-1234";
    subject.threads = 2;
    subject.peaks = {{"vector", Dtype::f32, Dtype::f32, "computed", 1e12, 0}};
    run.subjects = {subject};
    return run;
}

inline Check passed_check() {
    Check check;
    check.passed = true;
    check.method = "sampled rows";
    check.elements = 100;
    check.max_error = 2e-7;
    check.tolerance = 1e-6;
    check.worst = 0.2;
    return check;
}

inline CaseRecord skipped(int index, int pass, const Workload& work, const std::string& reason) {
    CaseRecord record;
    record.pass = pass;
    record.order = index;
    record.index = index;
    record.workload = work;
    record.id = short_name(work);
    Case each;
    each.workload = record.workload;
    each.protocol = record.protocol;
    record.key = key_of(each);
    record.outcome = {State::skipped, reason, "prepare"};
    return record;
}

/// Three readings around `seconds` for one invocation; their median is `seconds`.
inline CaseRecord measured(int index, int pass, const Workload& work, double seconds) {
    CaseRecord record = skipped(index, pass, work, "");
    record.outcome = {State::measured, "", ""};
    record.check = passed_check();
    record.check_after = passed_check();
    record.prepared.emplace();
    record.prepared->support = "native";
    record.prepared->path = "jit:avx2";
    SampleRecord& sample = record.sample.emplace();
    sample.clock = "host";
    sample.invocations = 10;
    sample.warmup_ns = {seconds * 2e10};
    sample.readings_ns = {seconds * 1e10, seconds * 1.01e10, seconds * 0.99e10};
    sample.turns = {2, 1};
    sample.stop = "precise";
    record.counters.cpu_ns = static_cast<std::uint64_t>(seconds * 60e9);
    record.elapsed_s = 0.5;
    return record;
}

/// The record as one of a case under a load of these settings, which are settled.
inline void put_under(CaseRecord& record, const LoadSettings& settled_load) {
    record.protocol.load = settled_load;
    record.protocol.measure = Measure::latency;
    Case each;
    each.workload = record.workload;
    each.protocol = record.protocol;
    record.key = key_of(each);
    record.id += " " + short_name(*record.protocol.load);
}

/// A load of that GEMM with settled settings, its latencies all `seconds`.
inline CaseRecord under_load(int index, int pass, const LoadSettings& settings, double seconds) {
    CaseRecord record = measured(index, pass, gemm(64), seconds);
    put_under(record, settled(settings, 1));
    LoadRecord& load = record.load.emplace();
    SampleRecord& sample = *record.sample;
    const LoadSettings& asked = *record.protocol.load;
    load.queries = asked.min_queries;
    if (is_search(asked)) {
        load.search = SearchRecord{"sustained",
                                   1 / seconds,
                                   0,
                                   1.1 / seconds,
                                   0.94,
                                   60,
                                   {{"confirm", 1 / seconds, 100, 1, 7, "met", false}}};
        load.queries = 1;
    } else if (is_open_loop(asked.scenario)) {
        load.schedule_seed = static_cast<std::uint64_t>(pass) + 42;
        const Arrivals due = poisson_arrivals(
            {asked.queries_per_second, asked.min_queries, asked.min_seconds, load.schedule_seed});
        load.queries = std::ssize(due);
        load.schedule_sha256 = schedule_hash(due);
    }
    load.seconds = 10;
    sample.metric = "latency";
    sample.invocations = is_search(asked) ? 1 : asked.samples_per_query;
    sample.readings_ns.assign(static_cast<std::size_t>(load.queries), seconds * 1e9);
    sample.turns = {static_cast<int>(load.queries)};
    sample.stop = "load";
    return record;
}

/// `passes` passes of two measured cases (1.024 ms and 2 ms, ± 0.1 % between passes, each scaled by
/// `factor`) and a skipped one.
inline Run run(int passes, double factor = 1) {
    Run run;
    run.path = "/somewhere/a.jsonl";
    run.header = header(passes);
    for (int pass = 0; pass < passes; ++pass) {
        const double drift = factor * (1 + 0.001 * (pass % 3 - 1));
        // f32 512^3: 2 * 2^27 operations in 1.024 ms; 128^3 in 2 ms.
        run.records.push_back(measured(0, pass, gemm(512), 1.024e-3 * drift));
        run.records.push_back(measured(1, pass, gemm(128), 2e-3 * drift));
        Gemm other = gemm(64);
        other.a = other.b = other.d = Dtype::f16;
        run.records.push_back(skipped(2, pass, other, "unsupported: no f16"));
    }
    EndRecord& end = run.end.emplace();
    end.ended_utc = "2026-01-02T03:05:05Z";
    end.status = "complete";
    end.records = 3 * passes;
    end.measured = 2 * passes;
    end.skipped = passes;
    return run;
}

/// Text generation: first tokens after `first_s` times 1.00, 1.01 … in an order without a trend,
/// the others `next_s` apart; of two sequences with `tokens` tokens each. One pass.
inline CaseRecord generated(int index, int pass, std::int64_t queries, std::int64_t tokens,
                            double first_s, double next_s) {
    Inference run;
    run.model = "tiny";
    run.batch = 2;
    run.tokens = 6;
    run.output_tokens = tokens;
    run.unit = "tokens";
    run.units = 2 * tokens;
    run.flop = 1e6;
    run.least_bytes = 1e6;
    CaseRecord record = measured(index, pass, run, first_s);
    LoadSettings load;
    load.scenario = Scenario::generate;
    load.min_queries = queries;
    put_under(record, settled(load, 2));
    SampleRecord& sample = *record.sample;
    sample.metric = "latency";
    sample.invocations = 1;
    sample.readings_ns.clear();
    sample.warmup_ns.clear();
    LoadRecord& result = record.load.emplace();
    GenerationRecord& generation = result.generation.emplace();
    for (std::int64_t i = 0; i < queries; ++i) {
        const double first_ns = first_s * 1e9 * (1 + static_cast<double>(i * 17 % queries) / 100);
        generation.first_token_ns.push_back(first_ns);
        for (std::int64_t j = 1; j < tokens; ++j) generation.next_token_ns.push_back(next_s * 1e9);
        sample.readings_ns.push_back(first_ns + static_cast<double>(tokens - 1) * next_s * 1e9);
        result.seconds += sample.readings_ns.back() * 1e-9;
    }
    sample.turns = {static_cast<int>(queries)};
    sample.stop = "load";
    result.queries = queries;
    return record;
}

/// Of the only case in these records. It points into them until the next call.
inline CaseSummary summary_of(const std::vector<CaseRecord>& records) {
    static Run run;
    run = made_up::run(0);
    run.records = records;
    return summarise(run).at(0);
}

}  // namespace assay::made_up
