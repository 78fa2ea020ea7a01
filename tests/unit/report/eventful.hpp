// SPDX-License-Identifier: Apache-2.0
// A made-up run in which something happens, for whole-text tests.
#pragma once

#include "tests/unit/result/made_up.hpp"

namespace assay::made_up {

/// Two groups; one pass lost, one case skipped, one warning, one name that is hostile.
inline Run eventful() {
    Run run = made_up::run(3);
    run.header.subjects[0].plugin.options.clear();
    for (CaseRecord& record : run.records) record.group = record.index == 0 ? "squares" : "small";
    run.records[4] = skipped(1, 1, gemm(128), "killed by signal 9 (Killed)");
    run.records[4].group = "small";
    run.records[4].outcome.state = State::failed;
    run.records[4].outcome.phase = "measure";
    run.records[0].warnings = {"no steady state"};
    for (const std::size_t i : {0, 3, 6}) run.records[i].prepared->path = "=jit|\x1b[31m";
    return run;
}

/// The same work, the second case 10 % faster, by another run on another kernel.
inline Run eventful_later() {
    Run run = eventful();
    run.path = "/elsewhere/b.jsonl";
    run.header.run_id = "other";
    run.header.machine.kernel = "6.6.0";
    for (CaseRecord& record : run.records) {
        if (!record.sample) continue;
        for (double& reading : record.sample->readings_ns) reading *= record.index == 0 ? 1 : 0.9;
    }
    return run;
}

}  // namespace assay::made_up
