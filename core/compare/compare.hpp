// SPDX-License-Identifier: Apache-2.0
// Two subjects of result files -> one verdict a case. Needs no plugin; pure.
// Method: docs/comparing.md (research/statistics 1.7, 1.8, 3.3).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result/summary.hpp"
#include "core/stat/passes.hpp"
#include "core/stat/sessions.hpp"

namespace assay {

enum class Verdict { faster, slower, equivalent, cant_tell, not_comparable, invalid, missing };
std::string_view name(Verdict verdict);  ///< "FASTER", "CAN'T TELL" …: of the candidate.

/// One side: a subject of a run.
struct Side {
    const Run* run = nullptr;
    int subject = 0;
    [[nodiscard]] std::string label() const;
};

struct Comparison {
    std::string key, id, group;
    Verdict verdict = Verdict::cant_tell;
    Difference difference;  ///< ratio = candidate time / baseline time.
    /// The same by the estimate that the verdict does not rest on; nothing without probes.
    std::optional<Difference> other;
    std::optional<double>
        cycle_ratio;  ///< Candidate's cycles over baseline's, when clocks are known.
    std::optional<CaseSummary> baseline, candidate;
    std::string remark;  ///< "time differs, cycles do not …", or "".
    std::string reason;  ///< Why: "interval -1.8 % … +2.9 %; 22 passes would tell".
};

/// A field outside the cases that differs: { "machine.kernel", "6.1", "6.6" }.
struct Confounder {
    std::string field, baseline, candidate;
};

struct ComparisonReport {
    Side baseline, candidate;
    std::vector<Comparison> cases;
    std::vector<Confounder> refused;      ///< Make every case NOT COMPARABLE (profile, schema …).
    std::vector<Confounder> confounders;  ///< Warned of; what else may explain a difference.
    std::vector<Confounder> expected;     ///< Differences along the axes that were named.
    std::vector<Confounder> noted;   ///< Differences that explain nothing: host name, patch level.
    std::vector<std::string> notes;  ///< "within-session comparison: …", "same file".
    std::optional<Difference> geometric_mean;  ///< Over cases measured on both sides.
    std::optional<double> total_time_ratio;
    bool normalised =
        false;  ///< Verdicts rest on the probe-normalised estimate where there is one.
    double margin = 0.02, session_sd = 0;
    std::string session_source;  ///< Where session_sd is from; "" when there is none to add.
    bool paired = false;  ///< Differences within passes: both sides are of one run in lockstep.
    [[nodiscard]] int count(Verdict verdict) const;
};

struct CompareOptions {
    std::optional<double> margin;  ///< Else the profile's.
    std::vector<std::string>
        axes{};               ///< What is compared: "machine", "driver" … (confounders.hpp).
    bool normalised = false;  ///< Verdicts rest on what is left without the interference probed.
    std::optional<double>
        session_sd;  ///< Else as measured or assumed (session.hpp); 0 within a file.
    /// What `assay aa` measured of the machine and plugin of each side; used where nothing is
    /// given.
    std::optional<SessionSpread> baseline_sessions{}, candidate_sessions{};
};

ComparisonReport compare(const Side& baseline, const Side& candidate,
                         const CompareOptions& options);

/// True when --gate must fail: SLOWER, missing, failed, invalid or not comparable.
bool gate_trips(const ComparisonReport& report);

}  // namespace assay
