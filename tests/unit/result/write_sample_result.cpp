// SPDX-License-Identifier: Apache-2.0
// Writes a result file with every kind of record, for validate_schema.py: argv[1] is its path.
#include <cmath>
#include <cstdio>

#include "tests/unit/result/made_up.hpp"
#include "tests/unit/result/temporary.hpp"

namespace {

assay::CaseRecord failed() {
    assay::CaseRecord record = assay::made_up::skipped(3, 0, assay::made_up::gemm(9), "wrong");
    record.outcome = {assay::State::failed, "element [1, 2]: expected 1, found NaN", "check"};
    record.check.emplace();
    record.check->max_error = INFINITY;
    record.warnings = {"odd"};
    return record;
}

assay::CaseRecord on_device() {
    assay::CaseRecord record = assay::made_up::measured(4, 0, assay::made_up::gemm(10), 1e-3);
    record.sample->clock = "device";
    record.sample->host_ns = record.sample->readings_ns;
    return record;
}

assay::CaseRecord with_sensors() {
    assay::CaseRecord record = assay::made_up::measured(9, 0, assay::made_up::gemm(11), 1e-3);
    record.roof = true;
    record.sensors = {{.owner = "host",
                       .kind = "energy",
                       .name = "package-0",
                       .scope = "package",
                       .source = "powercap",
                       .period_s = 0.001,
                       .seconds = 0.5,
                       .joules = 30,
                       .idle_watts = 12},
                      {.owner = "host",
                       .kind = "temperature",
                       .name = "Tctl",
                       .scope = "package",
                       .source = "hwmon",
                       .seconds = 0.5,
                       .lowest_celsius = 40,
                       .highest_celsius = 61},
                      {.owner = "device",
                       .kind = "energy",
                       .name = "board",
                       .scope = "board",
                       .source = "nvml",
                       .seconds = 0.5,
                       .fault = "was not read"}};
    return record;
}

assay::CaseRecord of_operator() {
    assay::OperatorWork conv;
    conv.op = assay::OpKind::conv;
    conv.x = {1, 64, 56, 56};
    conv.w = {64, 64, 3, 3};
    conv.pad = 1;
    conv.bias = true;
    return assay::made_up::measured(5, 0, conv, 1e-3);
}

assay::CaseRecord of_model() {
    assay::Inference run;
    run.model = "llama_3_2_1b";
    run.model_sha256 = std::string(64, 'a');
    run.unit = "tokens";
    run.units = 128;
    run.tokens = 128;
    run.parameters = 1235814400;
    run.weight_bytes = 2 * run.parameters;
    run.footprint_bytes = run.weight_bytes + 1000;
    run.flop = 3e11;
    run.least_bytes = 2.5e9;
    return assay::made_up::measured(6, 0, run, 1);
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) return 2;
    assay::Run run = assay::made_up::run(2);
    run.records.push_back(failed());
    run.records.push_back(on_device());
    run.records.push_back(of_operator());
    run.records.push_back(of_model());
    assay::LoadSettings server{.scenario = assay::Scenario::server, .bound_seconds = 0.1};
    run.records.push_back(assay::made_up::under_load(7, 0, server, 0.05));
    server.queries_per_second = 100;
    run.records.push_back(assay::made_up::under_load(8, 0, server, 0.05));
    run.records.push_back(with_sensors());
    assay::CaseRecord generated = assay::made_up::generated(10, 0, 3, 4, 0.5, 0.1);
    generated.prepared->shared_bytes = 1000;
    generated.prepared->shared_operators = 2;
    run.records.push_back(generated);
    run.end->records += 8;
    write(run, arguments[1]);
    const bool whole = assay::read_run(arguments[1]).records.size() == run.records.size();
    return whole ? 0 : 1;
}
