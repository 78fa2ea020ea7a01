// SPDX-License-Identifier: Apache-2.0
// Whole texts of a small made-up run, character by character, and what its documents hold.
#include "core/report/report.hpp"

#include <catch2/catch.hpp>

#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "core/suite/memory_case.hpp"
#include "tests/unit/report/eventful.hpp"

namespace assay {
namespace {

using made_up::eventful;

// 2 * 512^3 operations in 1.024 ms are 262.1 GFLOP/s, 26 % of the stated 1 TFLOP/s.
constexpr const char* run_in_terminal =
    R"(fast: fast 1.2
on Imaginary CPU, 2 threads
tiny: 3 cases, profile quick, 3 passes, 2026-01-02T03:04:05Z

  case                  GFLOP/s    95 %      time  % peak  passes  error  state  kernel
squares
  gemm f32 512x512x512    262.1  ±0.2 %  1.024 ms    26 %     3/3  2e-07  valid  =jit|?[31m
small
  gemm f32 128x128x128    2.097  ±1.3 %  2.000 ms   0.2 %     2/3  2e-07  valid  jit:avx2

skipped
  unsupported: no f16: gemm f16 64x64x64

failed
  measure: killed by signal 9 (Killed): gemm f32 128x128x128 (1 of 3 passes)

notes
  no steady state (1 of 3 passes): gemm f32 512x512x512

file
  few passes (3): where processes are of two kinds, intervals of 5 passes hold the truth in 86 of 100 cases, not 95; of 10 in 94
  intervals are of this session: another run on this machine may be off by ±0.98 % as a whole (0.5 % assumed; measure it: assay aa)
)";

constexpr const char* run_in_markdown =
    R"(fast: fast 1.2  
on Imaginary CPU, 2 threads  
tiny: 3 cases, profile quick, 3 passes, 2026-01-02T03:04:05Z  

| case | GFLOP/s | 95 % | time | % peak | passes | error | state | kernel |
|:--|--:|--:|--:|--:|--:|--:|:--|:--|
| **squares** | | | | | | | | |
| gemm f32 512x512x512 | 262.1 | ±0.2 % | 1.024 ms | 26 % | 3/3 | 2e-07 | valid | =jit\|?\[31m |
| **small** | | | | | | | | |
| gemm f32 128x128x128 | 2.097 | ±1.3 % | 2.000 ms | 0.2 % | 2/3 | 2e-07 | valid | jit:avx2 |

**skipped**

- unsupported: no f16: gemm f16 64x64x64

**failed**

- measure: killed by signal 9 (Killed): gemm f32 128x128x128 (1 of 3 passes)

**notes**

- no steady state (1 of 3 passes): gemm f32 512x512x512

**file**

- few passes (3): where processes are of two kinds, intervals of 5 passes hold the truth in 86 of 100 cases, not 95; of 10 in 94
- intervals are of this session: another run on this machine may be off by ±0.98 % as a whole (0.5 % assumed; measure it: assay aa)
)";

TEST_CASE("the table of a run", "[report]") {
    CHECK(run_table(eventful(), Dialect::terminal) == run_in_terminal);
}

TEST_CASE("the table of a run in Markdown", "[report]") {
    CHECK(run_table(eventful(), Dialect::markdown) == run_in_markdown);
}

TEST_CASE("a run that was stopped before its first record says nothing of intervals", "[report]") {
    Run run = eventful();
    run.records.clear();
    const std::string text = run_table(run, Dialect::terminal);
    CHECK_THAT(text, !Catch::Contains("few passes") && !Catch::Contains("intervals"));
}

TEST_CASE("a run for spreadsheets has base units, empty cells and no formula", "[report]") {
    const Run run = eventful();
    const std::vector<std::string> lines = split(run_csv(run), '\n');
    REQUIRE(lines.size() == 5);  // titles, three cases, the end of the last line
    CHECK(lines[0] ==
          "subject,case,group,key,outcome,reason,passes,time_seconds,time_low_seconds,"
          "time_high_seconds,normalised_time_seconds,state,rate_op_per_second,"
          "bandwidth_bytes_per_second,units_per_second,unit,load,queries,"
          "output_tokens_per_second,ttft_p50_seconds,ttft_p90_seconds,ttft_p99_seconds,"
          "tpot_p50_seconds,tpot_p90_seconds,tpot_p99_seconds,peak_fraction,"
          "roof_fraction,roof_bound,watts,joules_per_invocation,idle_watts,"
          "check_max_error,kernel");
    CHECK_THAT(lines[1], Catch::StartsWith("fast,gemm f32 512x512x512,squares," +
                                           run.records[0].key + ",measured,,3,0.00102"));
    CHECK_THAT(lines[1], Catch::EndsWith(",2e-07,'=jit|?[31m"));
    CHECK(lines[3] == "fast,gemm f16 64x64x64,small," + run.records[2].key +
                          ",skipped,unsupported: no f16,0" + std::string(26, ','));
}

TEST_CASE("where energy was counted a row has its power and what an invocation took", "[report]") {
    Run run;
    run.header = made_up::header(1);
    CaseRecord record = made_up::measured(0, 0, made_up::gemm(100), 1e-2);
    record.sensors = {{.owner = "host",
                       .kind = "energy",
                       .name = "package-0",
                       .scope = "package",
                       .source = "powercap",
                       .seconds = 0.5,
                       .joules = 60}};
    run.records = {record};
    const std::string text = run_table(run, Dialect::terminal);
    CHECK_THAT(text, Catch::Contains("power"));
    CHECK_THAT(text, Catch::Contains(" 120 W"));
    CHECK_THAT(text, Catch::Contains(" 2.00 J"));  // 60 J, 3 readings of 10 invocations
    CHECK_THAT(run_csv(run), Catch::Contains(",120,2,"));
    const Json row = parse_json(run_json(run), "run")["cases"][0]["summary"];
    CHECK(row["energy"]["operations_per_joule"] == 1e6);  // 2 x 100^3 / 2 J
    CHECK(row["energy"]["sensors"] == "powercap package-0");
}

TEST_CASE("with roofs in a run every row says how near it is, and the head what they are") {
    Run run;
    run.header = made_up::header(1);
    const Workload add = memory_work(MemoryAccess::add, 1 << 24);
    CaseRecord memory = made_up::measured(0, 0, add, 1e-3);
    memory.prepared->rotated_bytes = 3 << 24;
    memory.roof = true;
    CaseRecord best = made_up::measured(1, 0, made_up::gemm(1000), 1e-2);
    best.roof = true;
    run.records = {memory, best, made_up::measured(2, 0, made_up::gemm(500), 2.5e-3)};
    const std::string text = run_table(run, Dialect::terminal);
    // 3 x 16 MiB in a millisecond; 2 x 1000^3 operations in ten
    CHECK_THAT(text, Catch::Contains("roofs measured: memory 50.3 GB/s, f32 200.0 GFLOP/s\n"));
    CHECK_THAT(text, Catch::Contains("% roof"));
    CHECK_THAT(text, Catch::Contains(" 100 % mem"));
    CHECK_THAT(text, Catch::Contains(" 50 % "));  // 2 x 500^3 / 2.5 ms = 100 GFLOP/s
    CHECK_THAT(run_csv(run), Catch::Contains(",arithmetic,"));
    run.records = {made_up::measured(2, 0, made_up::gemm(500), 2e-3)};
    CHECK_THAT(run_table(run, Dialect::terminal), !Catch::Contains("roof"));
}

TEST_CASE("latency has percentiles, and where there are too few readings the reason", "[report]") {
    Run run;
    run.header = made_up::header(2);
    for (int pass = 0; pass < 2; ++pass) {
        CaseRecord record = made_up::measured(0, pass, made_up::gemm(64), 1e-3);
        record.protocol.measure = Measure::latency;
        record.sample->invocations = 1;
        record.sample->readings_ns.clear();
        // 100 readings in a fixed disorder: 1.01 to 2 ms in steps of 0.01 ms
        for (int i = 0; i < 100; ++i)
            record.sample->readings_ns.push_back(1e6 + 1e4 * ((i * 37) % 100 + 1));
        record.sample->turns = {100};
        run.records.push_back(record);
    }
    const std::string text = run_table(run, Dialect::terminal);
    CHECK_THAT(text, Catch::Contains("p99.9"));
    CHECK_THAT(text, Catch::Contains("1.900 ms ±0.0 % (low n)"));  // p90 is the 90th of 100
    CHECK_THAT(text, Catch::Contains("n/a (n=100 < 368)"));        // p99
    const Json json = parse_json(run_json(run), "run");
    CHECK(json["cases"][0]["summary"]["percentiles_seconds"]["p90"]["center"].get<double>() ==
          Approx(1.9e-3));
    CHECK(json["cases"][0]["summary"]["percentiles_seconds"]["p99"]["note"] == "n/a (n=100 < 368)");
}

TEST_CASE("several subjects have a table each", "[report]") {
    Run run = made_up::run(2);
    Subject second = run.header.subjects[0];
    second.index = 1;
    second.label = "slow";
    run.header.subjects.push_back(second);
    CaseRecord record = made_up::measured(0, 0, made_up::gemm(512), 1);
    record.subject = 1;
    run.records.push_back(record);
    const std::string text = run_table(run, Dialect::terminal);
    CHECK_THAT(text, Catch::Contains("\n\nslow: fast 1.2"));
    CHECK_THAT(text, Catch::Contains("  MFLOP/s"));  // its own scale
    CHECK_THAT(text, Catch::Contains("1/2"));        // one of two passes
}

TEST_CASE("integer work is counted in op/s, mixed work too", "[report]") {
    Run run = made_up::run(1);
    Gemm integers = made_up::gemm(512);
    integers.a = integers.b = Dtype::i8;
    integers.d = Dtype::i32;
    run.records = {made_up::measured(0, 0, integers, 1e-3)};
    CHECK_THAT(run_table(run, Dialect::terminal), Catch::Contains(" Gop/s "));
    run.records.push_back(made_up::measured(1, 0, made_up::gemm(512), 1e-3));
    CHECK_THAT(run_table(run, Dialect::terminal), Catch::Contains(" Gop/s "));
}

TEST_CASE("one pass has no interval, no peak no column, no number no table", "[report]") {
    Run run = made_up::run(1);
    run.header.subjects[0].peaks.clear();
    const std::string text = run_table(run, Dialect::terminal);
    CHECK_THAT(text, Catch::Contains("262.4     -  1.023 ms"));
    CHECK(text.find("peak") == std::string::npos);
    run.records = {made_up::skipped(0, 0, made_up::gemm(8), "too slow: 9 s")};
    CHECK(run_table(run, Dialect::terminal).find("GFLOP/s") == std::string::npos);
}

TEST_CASE("a simulated clock and a file cut short are said below the table", "[report]") {
    Run run = made_up::run(1);
    run.records[0].sample->clock = "virtual";
    run.warnings = {"cut short: no end record after 3 case records"};
    CHECK_THAT(run_table(run, Dialect::terminal),
               Catch::EndsWith("\nfile\n"
                               "  cut short: no end record after 3 case records\n"
                               "  times are of a simulated clock: no statement about any "
                               "hardware\n"));
}

TEST_CASE("the document of a run has outcome, check, readings and summary by case", "[report]") {
    const Json json = parse_json(run_json(eventful()), "test");
    REQUIRE(json.at("cases").size() == 3);
    const Json& lossy = json["cases"][1];
    CHECK(lossy["id"] == "gemm f32 128x128x128");
    CHECK(lossy["subject"] == "fast");
    CHECK(lossy["outcome"]["state"] == "measured");
    CHECK(lossy["check"]["passed"] == true);
    REQUIRE(lossy["readings"].size() == 2);  // pass 1 was lost
    CHECK(lossy["readings"][1]["pass"] == 2);
    CHECK(lossy["readings"][1]["readings_ns"].size() == 3);
    CHECK(lossy["summary"]["pass_medians_seconds"].size() == 2);
    REQUIRE(lossy["passes"].size() == 3);
    CHECK(lossy["passes"][1]["outcome"]["reason"] == "killed by signal 9 (Killed)");
    CHECK(json["cases"][2]["outcome"]["state"] == "skipped");
    CHECK(json["cases"][2]["check"].is_null());
    CHECK(json["end"]["status"] == "complete");
}

TEST_CASE("Google Benchmark's JSON has a repetition for each measured pass", "[report]") {
    const Json json = parse_json(run_google_benchmark(eventful()), "test");
    CHECK(json["context"]["num_cpus"] == 4);
    CHECK(json["context"]["library_build_type"] == "release");
    REQUIRE(json["benchmarks"].size() == 5);  // 3 passes of one case, 2 of the other
    const Json& last = json["benchmarks"][4];
    CHECK(last["name"] == "gemm f32 128x128x128");
    CHECK(last["repetitions"] == 2);
    CHECK(last["repetition_index"] == 1);
    CHECK(last["iterations"] == 30);  // 3 readings of 10 invocations
    CHECK(last["real_time"].get<double>() == Approx(2.002e6));
    // made_up::measured: two threads, 60 s of CPU time for 30 invocations of one second.
    CHECK(last["cpu_time"].get<double>() == Approx(2 * 2.002e6));
    CHECK(last["time_unit"] == "ns");
    CHECK(last["items_per_second"].get<double>() == Approx(2.0 * 128 * 128 * 128 / 2.002e-3));
}

}  // namespace
}  // namespace assay
