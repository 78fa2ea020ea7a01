// SPDX-License-Identifier: Apache-2.0
// One pass: every case of a job once, on one open device, in one process. Cases of a group take
// turns, so that no case sits in one noisy second (research/performance 5).
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/host/device.hpp"
#include "core/measure/company.hpp"
#include "core/measure/job.hpp"

namespace assay {

/// A step of one case in a pass (prepare and check, warm-up, one turn). With the same job two
/// workers count the same: positions grow through the pass, whatever a device refuses.
struct PassStep {
    std::int64_t position = 0;
    int round = 0;          ///< Of the turns of a group, from 0.
    bool prepares = false;  ///< Of workers that go together one at a time: it may time candidates.
};

/// What a pass tells while it runs. Called between timed batches only, never between two timed
/// calls.
struct PassEvents {
    /// Case `index` of the job now is in `phase`: "prepare", "check", "warm-up", "measure", …
    std::function<void(int index, const char* phase)> phase;
    /// Case `index` is finished.
    std::function<void(int index, const CaseRecord& record)> finished;
    /// True when the pass should end early; unfinished cases are not reported.
    std::function<bool()> stop;
    /// Of workers in step with each other: returns when this one may take the step.
    std::function<void(const PassStep& step)> before_step{};
    /// Those that take their turns at the same instant; null: this device works alone.
    Company* company = nullptr;
};

/// Runs the pass. A case that cannot run becomes a skipped or failed record; only a lost device
/// throws (PluginError).
void run_pass(const Job& job, const Device& device, const PassEvents& events);

}  // namespace assay
