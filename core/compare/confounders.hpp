// SPDX-License-Identifier: Apache-2.0
// What differs between two sides outside the cases: fields that forbid a comparison, fields that
// may explain a difference, and remarks. Rules: research/statistics 3.3 (docs/comparing.md).
#pragma once

#include <string>
#include <vector>

#include "core/compare/compare.hpp"

namespace assay {

/// Differences that make every case NOT COMPARABLE.
std::vector<Confounder> refused_fields(const Side& baseline, const Side& candidate);

/// Every other difference. Noise (load, dates, paths, ids) is left out.
std::vector<Confounder> differing_fields(const Side& baseline, const Side& candidate);

/// "machine", "device", "driver", "plugin", "options", "threads": what may be the question.
std::vector<std::string> axis_names();
/// Sorts differences into those along the axes, those that explain nothing, and confounders.
void sort_differences(const std::vector<Confounder>& differences,
                      const std::vector<std::string>& axes, ComparisonReport& report);

/// "within-session comparison: …", "same run on both sides …".
std::vector<std::string> remarks(const Side& baseline, const Side& candidate);

/// True when both sides are subjects of one run: their passes were interleaved.
bool same_run(const Side& baseline, const Side& candidate);

/// The subject that a side names.
const Subject& subject_of(const Side& side);

}  // namespace assay
