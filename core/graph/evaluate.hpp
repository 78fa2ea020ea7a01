// SPDX-License-Identifier: Apache-2.0
// Runs a graph on the CPU in double: the truth for small graphs. No intermediate value is rounded
// but integers, to what their type holds (unless asked for); so a device's answer differs by its
// roundings, and how much is allowed is for others to say.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/graph/graph.hpp"

namespace assay {

/// One vector for each value that is no view (empty for views); elements in row-major order.
using GraphNumbers = std::vector<std::vector<double>>;

/// Inputs, constants and states as their rules fill them, rounded to their types. `given` replaces
/// inputs and states by name. Throws Error for a name that is not there or another element count.
GraphNumbers starting_numbers(const Graph& graph, std::uint64_t seed,
                              const std::map<std::string, std::vector<double>>& given = {});

/// What passes from node to node: exact numbers, or what their types hold, as on a device.
enum class Between { exact, rounded };

/// Runs every node; afterwards `numbers` holds temporaries, outputs and the states' new contents.
void evaluate(const Graph& graph, GraphNumbers& numbers, Between between = Between::exact);

/// The elements of a value, view or not.
std::vector<double> elements_of(const Graph& graph, const GraphNumbers& numbers, ValueId id);

}  // namespace assay
