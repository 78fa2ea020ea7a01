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

/// Differences that are warned of. Noise (load, dates, paths, ids) is left out.
std::vector<Confounder> confounding_fields(const Side& baseline, const Side& candidate);

/// "within-session comparison: …", "same run on both sides …".
std::vector<std::string> remarks(const Side& baseline, const Side& candidate);

/// True when both sides are subjects of one run: their passes were interleaved.
bool same_run(const Side& baseline, const Side& candidate);

/// The subject that a side names.
const Subject& subject_of(const Side& side);

}  // namespace assay
