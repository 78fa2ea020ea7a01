// SPDX-License-Identifier: Apache-2.0
// Runs, comparisons and diagnoses as text. Numbers arrive in base units; only here are they scaled.
#pragma once

#include <string>
#include <vector>

#include "core/compare/compare.hpp"
#include "core/compare/history.hpp"
#include "core/machine/diagnosis.hpp"
#include "core/report/table.hpp"
#include "core/result/session.hpp"
#include "core/result/summary.hpp"

namespace assay {

/// The table at the end of `assay run` and of `assay show`: case, GFLOP/s, ± interval, time, % of
/// peak where known, kernel, check; skips and failures with their reasons below; then warnings.
/// `known`: what `assay aa` measured of this machine; it says how far another run may be off.
std::string run_table(const Run& run, Dialect dialect, const KnownSessions& known = {});

/// One row for each case and subject, base units in the column names, for spreadsheets.
std::string run_csv(const Run& run);

/// One document: header, `cases` (outcome, check, readings, summary), end.
std::string run_json(const Run& run, const KnownSessions& known = {});

/// Google Benchmark's JSON: each pass a repetition; its compare.py reads it.
std::string run_google_benchmark(const Run& run);

/// Verdict, ratio and interval a case; totals; confounders and notes.
std::string comparison_table(const ComparisonReport& report, Dialect dialect);
std::string comparison_json(const ComparisonReport& report);

/// A row a step, or that there is none or not files enough; the same with all numbers.
std::string history_table(const History& history, Dialect dialect);
std::string history_json(const History& history);

/// A row a finding, then what to do; the same with the numbers behind it.
std::string diagnosis_table(const std::vector<Finding>& findings, Dialect dialect);
std::string diagnosis_json(const Machine& machine, const Quiet& quiet,
                           const std::vector<Finding>& findings);

}  // namespace assay
