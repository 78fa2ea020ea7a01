// SPDX-License-Identifier: Apache-2.0
// Writes two result files through the production writer, for compare_size: N cases, 10 passes, 100
// readings. usage: write_runs CASES FILE FILE
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "core/base/random.hpp"
#include "core/result/writer.hpp"
#include "tests/unit/result/made_up.hpp"

namespace {

using namespace assay;

constexpr int passes = 10, readings = 100;
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

CaseRecord record_of(int index, int pass, Random& random) {
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
    return record;
}

void write_run(const char* path, int cases, std::uint64_t seed) {
    Random random(seed, 1);
    RunRecord run = made_up::header(passes);
    run.run_id = std::to_string(seed);
    ResultWriter writer(path, run, true);
    for (int pass = 0; pass < passes; ++pass) {
        for (int index = 0; index < cases; ++index) {
            writer.append(record_of(index, pass, random));
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
    if (argc != 4) {
        std::fprintf(stderr, "usage: %s CASES FILE FILE\n", argv[0]);
        return 2;
    }
    try {
        for (int i = 0; i < 2; ++i) {
            write_run(argv[2 + i], std::atoi(argv[1]), static_cast<std::uint64_t>(i + 1));
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
