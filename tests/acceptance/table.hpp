// SPDX-License-Identifier: Apache-2.0
// The acceptance table: one row per promised figure, with the band it must lie in.
// Figures and bands: research/statistics 2.1 (docs/acceptance.md).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace acceptance {

struct Band {
    double low = 0, high = 1;
};

/// One row: a promise, and what was found in each of the settings that `settings` names in order
/// ("5, 10, 20 passes"). Figures are shares, printed in %.
struct Row {
    std::string test, what, settings;
    int trials = 0;
    Band accepted;
    std::vector<double> figures;
    [[nodiscard]] bool ok() const {
        return !figures.empty() && std::ranges::all_of(figures, [&](double each) {
            return each >= accepted.low && each <= accepted.high;
        });
    }
};

/// How much is done: trials per row, and which tests.
struct Plan {
    int trials = 2000;
    std::string only;  ///< "S5"; empty: all.
    /// The band of 10,000 trials, or the quick one of 2,000; with fewer it is wider by 3.6 times
    /// what the standard error of a share of 5 % is larger. An edge at 0 or 1 stays.
    [[nodiscard]] Band band(Band full, Band quick, int done) const;
    /// Trials of a costly row: a `by`-th of the others', but in the full tier as many.
    [[nodiscard]] int fewer(int by) const {
        return trials >= 10000 ? trials : std::max(100, trials / by);
    }
};

using Rows = std::vector<Row>;

/// The share of `trials` for which happens(trial) is true.
template <class Happens>
double share(int trials, Happens&& happens) {
    int count = 0;
    for (int trial = 0; trial < trials; ++trial) count += happens(trial) ? 1 : 0;
    return static_cast<double>(count) / trials;
}

void intervals(const Plan& plan, Rows& rows);    ///< S1 to S4
void verdicts(const Plan& plan, Rows& rows);     ///< S5, S7, S8
void reports(const Plan& plan, Rows& rows);      ///< S6, S9: whole runs through compare()
void properties(const Plan& plan, Rows& rows);   ///< S10
void metamorphic(const Plan& plan, Rows& rows);  ///< S15
void warm_up(const Plan& plan, Rows& rows);      ///< S13
void loads(const Plan& plan, Rows& rows);        ///< S11, S12

}  // namespace acceptance
