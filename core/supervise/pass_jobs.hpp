// SPDX-License-Identifier: Apache-2.0
// The jobs of a run, as pure functions: who does which cases in which order, and what is left after
// a worker died.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/measure/job.hpp"
#include "core/supervise/run_options.hpp"
#include "core/supervise/session.hpp"

namespace assay {

/// A subject of the run: as recorded, and as its workers are told.
struct RunSubject {
    Subject record;
    SubjectOptions options;
};

/// All cases in the order of this pass: seeded random, the same for every subject.
Job pass_job(const RunOptions& options, const RunSubject& subject, int pass,
             std::uint64_t last_level_cache_bytes);

/// The cases that have no record yet, in the same order.
Job remaining_job(const Job& job, const std::vector<bool>& reported);

/// The record of a case without an outcome yet.
CaseRecord record_of(const Job& job, int index);

/// The record of a case that its worker did not survive.
CaseRecord failed_record(const Job& job, int index, const SessionEnd& end);

/// What thread pools read before their first use; nothing for 0.
std::vector<std::pair<std::string, std::string>> thread_environment(int threads);

SuiteRecord suite_record(const RunOptions& options);

}  // namespace assay
