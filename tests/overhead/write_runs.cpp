// SPDX-License-Identifier: Apache-2.0
// Writes result files through the production writer, for compare_size and memory: N cases, 10
// passes, 100 readings or as many as are asked for. usage: write_runs CASES READINGS FILE...
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "core/base/random.hpp"
#include "core/result/writer.hpp"
#include "tests/unit/result/made_up.hpp"

namespace {

using namespace assay;

constexpr int passes = 10;
constexpr int warmups = 75;  // the median of results/standard-xeon-amx-2cpu-2026-11.jsonl

Gemm shape(int index) {
    return {.m = 64 + 8 * (index % 10), .n = 64 + 8 * (index / 10 % 10), .k = 64 + index};
}

/// Whole nanoseconds, as clocks give them.
std::vector<double> times(int count, double nanoseconds, Random& random) {
    std::vector<double> values;
    for (int i = 0; i < count; ++i) {
        values.push_back(std::round(nanoseconds * (1 + 0.01 * random.normal())));
    }
    return values;
}

CaseRecord record_of(int index, int pass, int readings, Random& random) {
    const double nanoseconds = 2e6 * std::exp(0.005 * random.normal());
    CaseRecord record = made_up::measured(index, pass, shape(index), 1);
    record.group = "square f32";  // texts as long as that file's
    record.id = record.group + "/" + record.id;
    record.prepared->path = "brg:avx512_core";
    for (std::optional<Check>* check : {&record.check, &record.check_after}) {
        (*check)->method = "sampled rows, columns and elements in f64";
        (*check)->max_error = 1e-7 * random.uniform();
        (*check)->worst = random.uniform();
        (*check)->rms_error = 1e-8 * random.uniform();
        (*check)->rms_limit = 3.0517578125e-05;
    }
    record.sample->readings_ns = times(readings, nanoseconds, random);
    record.sample->warmup_ns = times(warmups, nanoseconds, random);
    record.sample->turns = {readings};
    record.elapsed_s = 1 + 4e-3 * (readings + warmups);  // they fit into it
    return record;
}

void write_run(const char* path, int cases, int readings, std::uint64_t seed) {
    Random random(seed, 1);
    RunRecord run = made_up::header(passes);
    run.run_id = std::to_string(seed);
    run.suite.cases = cases;
    ResultWriter writer(path, run, true);
    for (int pass = 0; pass < passes; ++pass) {
        for (int index = 0; index < cases; ++index) {
            writer.append(record_of(index, pass, readings, random));
        }
    }
    EndRecord end;
    end.ended_utc = "2026-01-02T03:05:05Z";
    end.status = "complete";
    end.records = end.measured = cases * passes;
    writer.append(end);
}

}  // namespace

int main(int argc, char** argv) {
    const int cases = argc > 3 ? std::atoi(argv[1]) : 0,
              readings = argc > 3 ? std::atoi(argv[2]) : 0;
    if (cases < 1 || readings < 1) {
        std::fprintf(stderr, "usage: %s CASES READINGS FILE...\n", argv[0]);
        return 2;
    }
    try {
        for (int i = 3; i < argc; ++i) {
            write_run(argv[i], cases, readings, static_cast<std::uint64_t>(i - 2));
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
