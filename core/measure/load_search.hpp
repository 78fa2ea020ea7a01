// SPDX-License-Identifier: Apache-2.0
// The largest Poisson rate at which a server keeps its latency bound: core/stat/max_rate.hpp says
// what to try, load.hpp tries it, load_result.hpp says how it went.
#pragma once

#include <functional>
#include <string>

#include "core/measure/load_result.hpp"
#include "core/stat/max_rate.hpp"

namespace assay {

/// The load of one trial: the plan of which arrivals_ns is not used, and what became of it.
using RunTrial = std::function<LoadLog(const LoadPlan&)>;

struct MaxRateFound {
    MaxRate max_rate;
    std::string invalid;  ///< Why the search stopped at its last trial, which is not counted.
};

/// Searches the largest rate that keeps the bound. `load`: the scenario and patience of each trial.
/// A trial that is invalid ends the search: a rate that cannot be offered says nothing. A rate that
/// was confirmed before stands.
MaxRateFound find_max_rate(const MaxRatePlan& plan, const LoadPlan& load, const LoadRules& rules,
                           const RunTrial& run);

}  // namespace assay
