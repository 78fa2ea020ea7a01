// SPDX-License-Identifier: Apache-2.0
// The parts of the program `proof`: each prints Markdown and says how much of it must not be.
#pragma once

#include <string>

namespace proof {

/// Faults against checks; how many faults are refused too rarely.
int print_faults(int trials);
/// Honest cases over types, shapes and ways to sum; how many were refused.
int print_honest(int cases);
/// What the checks cost for n x n x n, from 512 to `largest`; 0.
int print_cost(int largest);
/// A plugin file through every check of a pass on a suite's cases, then through all corners; how
/// many answers were refused.
int print_plugin(const std::string& file, const std::string& suite);

}  // namespace proof
