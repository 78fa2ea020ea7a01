// SPDX-License-Identifier: Apache-2.0
// Going on with a run that was cut short: what its file has already, and whether this is still the
// same run. Pure functions of records.
#pragma once

#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/measure/job.hpp"
#include "core/result/run.hpp"

namespace assay {

/// What differs between the run of a file and the one that is to go on with it: "" when nothing
/// that a number may hang on; else "the plugin's file of subject 0 was changed …".
/// Not compared: when, by which command line, how quiet, since which boot, where the plugin lies.
std::string obstacle(const RunRecord& there, const RunRecord& here);

/// The cases that have a record.
class Finished {
public:
    Finished() = default;
    explicit Finished(const Run& run);

    /// For each case of the job: whether it has one in that pass.
    [[nodiscard]] std::vector<bool> of(const Job& job) const;

private:
    std::set<std::tuple<int, int, std::string>> records_;  ///< Subject, pass, id.
};

}  // namespace assay
