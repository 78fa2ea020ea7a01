// SPDX-License-Identifier: Apache-2.0
// Plans and rules of loads as tests state them in a word.
#pragma once

#include "core/measure/load_result.hpp"

namespace assay {

inline LoadPlan plan_of(Scenario scenario) {
    LoadPlan plan;
    plan.scenario = scenario;
    return plan;
}

inline LoadRules bound_of(double seconds) {
    LoadRules rules;
    rules.bound_s = seconds;
    return rules;
}

}  // namespace assay
