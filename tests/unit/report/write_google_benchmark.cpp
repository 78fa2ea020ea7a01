// SPDX-License-Identifier: Apache-2.0
// Writes two runs in Google Benchmark's JSON, for read_google_benchmark.py: argv[1] and argv[2].
#include "core/base/file.hpp"
#include "core/report/report.hpp"
#include "tests/unit/result/made_up.hpp"

int main(int count, char** arguments) {
    if (count != 3) return 2;
    assay::write_whole(arguments[1], assay::run_google_benchmark(assay::made_up::run(10)));
    assay::write_whole(arguments[2], assay::run_google_benchmark(assay::made_up::run(10, 1.25)));
    return 0;
}
