// SPDX-License-Identifier: Apache-2.0
// One pair of cases -> a verdict and its reason in words. Rules: docs/comparing.md.
#pragma once

#include "core/compare/compare.hpp"
#include "core/compare/pair.hpp"

namespace assay {

/// The comparison of a pair so far as it needs no statistics. `cant_tell` with an empty reason
/// means: measured on both sides, and decide() has the word. The pair's summaries are moved from:
/// of a thousand cases they are megabytes.
Comparison begin_comparison(Pair&& pair);

/// True for what begin_comparison left to decide().
bool undecided(const Comparison& comparison);

/// Sets verdict and reason from the difference. adjusted_p: Holm's.
struct Rule {
    double margin = 0.02;
    bool paired = false;  ///< The difference is that of the passes that both sides have.
};
void decide(Comparison& comparison, double adjusted_p, const Rule& rule);

/// "+3.1 %" for a ratio of 1.031.
std::string signed_percent(double ratio);

}  // namespace assay
