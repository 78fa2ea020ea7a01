// SPDX-License-Identifier: Apache-2.0
// What the records of one case say together: derived on reading, never stored.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result/condition.hpp"
#include "core/result/energy.hpp"
#include "core/result/load_summary.hpp"
#include "core/result/roofs.hpp"
#include "core/result/run.hpp"
#include "core/stat/sample.hpp"
#include "core/stat/steady.hpp"

namespace assay {

/// One case of one subject over all passes.
struct CaseSummary {
    std::string key, id, group;
    Workload workload;
    Protocol protocol;
    int subject = 0;
    Outcome outcome;                   ///< measured when any pass was, else failed, else skipped.
    std::vector<double> pass_medians;  ///< Seconds per invocation, one for each measured pass.
    std::vector<int> passes;           ///< Their pass numbers.
    Interval time;                     ///< Seconds per invocation: geometric mean, 95 %.
    /// The same with what the interference probe saw taken out (probes.hpp); empty without probes
    /// in every measured pass.
    std::vector<double> normalised_medians;
    std::optional<Interval> normalised;
    std::vector<Steady> steady;         ///< Of each measured pass: what the medians are taken of.
    std::optional<double> rate;         ///< flop(workload) / time: op/s; none where none are done.
    std::optional<double> bandwidth;    ///< least_bytes(workload) / time: B/s.
    std::optional<double> units_per_s;  ///< Of a model: tokens, images … a second.
    std::optional<double> peak_fraction;  ///< rate / stated peak of that type, when stated.
    std::optional<double> clock_hz;       ///< Beside the readings, where it is known and steady.
    /// rate / that peak at clock_hz, where it is known for which clock the peak is stated.
    std::optional<double> peak_at_clock_fraction;
    bool roof = false;                    ///< It measures a roof.
    std::optional<RoofShare> roof_share;  ///< Where the run has roofs for it.
    std::optional<Energy> energy;         ///< Where counters are, and without fault.
    std::optional<double> celsius;        ///< The highest temperature beside the readings.
    std::vector<std::string> paths;       ///< Distinct kernels over the passes.
    std::optional<Check> check;           ///< The worst of all passes.
    std::optional<LoadSummary> load;      ///< Of a case under load.
    std::vector<const CaseRecord*> records;
    std::vector<std::string> warnings;  ///< Distinct, with the number of passes they came in.
    std::vector<Doubt> doubts;          ///< What stands against the number, the worst first.

    [[nodiscard]] bool measured() const { return !pass_medians.empty(); }
    /// The worst doubt's, or valid.
    [[nodiscard]] Condition condition() const;
};

/// One summary for each case and subject, in the order of the first pass's cases in the suite.
std::vector<CaseSummary> summarise(const Run& run);

}  // namespace assay
