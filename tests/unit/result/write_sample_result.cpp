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

assay::CaseRecord of_operator() {
    assay::OperatorWork conv;
    conv.op = assay::OpKind::conv;
    conv.x = {1, 64, 56, 56};
    conv.w = {64, 64, 3, 3};
    conv.pad = 1;
    conv.bias = true;
    return assay::made_up::measured(5, 0, conv, 1e-3);
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) return 2;
    assay::Run run = assay::made_up::run(2);
    run.records.push_back(failed());
    run.records.push_back(on_device());
    run.records.push_back(of_operator());
    run.end->records += 3;
    write(run, arguments[1]);
    const bool whole = assay::read_run(arguments[1]).records.size() == run.records.size();
    return whole ? 0 : 1;
}
