// SPDX-License-Identifier: Apache-2.0
// Many runs of one machine in order of time -> where a case stepped, and by how much. Says when;
// two runs are compared by compare.hpp. Method: docs/history.md (research/statistics 1.9).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/compare/compare.hpp"
#include "core/stat/changes.hpp"

namespace assay {

/// What history keeps of a file: a number a case. The run itself may go.
struct FilePoint {
    struct Case {
        std::string key, id, group;
        double seconds = 0;  ///< Geometric mean of the pass medians.
    };
    std::string file, started_utc, run_id;
    KeyValues identity;  ///< What must be the same: { "machine.cpu_model", … }.
    KeyValues options;   ///< The plugin's.
    std::vector<Case> cases;
};
FilePoint point_of(const Side& side);

/// A step between files at - 1 and at of History::files.
struct Step {
    std::size_t at = 0;
    double p = 1;
    Difference difference;  ///< ratio = time after / before; the files are the observations.
};

struct CaseHistory {
    std::string key, id, group;                  ///< key "" for all cases together.
    std::vector<std::optional<double>> seconds;  ///< One for each file; absent: not measured.
    std::vector<Step> steps;
    [[nodiscard]] std::size_t measured() const;
    /// Fewer files cannot show a step.
    [[nodiscard]] bool enough() const { return measured() >= 2 * least_side; }
};

struct History {
    std::vector<FilePoint> files;       ///< By start; their cases are in `cases`.
    std::vector<CaseHistory> cases;     ///< First: all cases that every file measured.
    std::vector<std::string> left_out;  ///< "b.jsonl: machine.cpu_model is X, not Y".
    double margin = 0.02;
};

struct HistoryOptions {
    double margin = 0.02;      ///< The least step that matters.
    bool any_options = false;  ///< Keep files whose plugin had other options.
};

/// The newest file says what belongs together. False alarms: in at most 5 % of histories without a
/// step any case shows one (Holm over the cases). Throws Error for no file.
History history(std::vector<FilePoint> files, const HistoryOptions& options);

}  // namespace assay
