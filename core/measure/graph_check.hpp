// SPDX-License-Identifier: Apache-2.0
// Why a graph's answers on a device may be believed: each distinct operator held against the truth
// at its true shape with the data that really flows through it, and whole outputs held against
// others by the rms of their difference (research/statistics 5.4; docs/checking.md).
#pragma once

#include <cstdint>
#include <vector>

#include "core/measure/graph_on_device.hpp"
#include "core/workload/check.hpp"
#include "core/workload/inference.hpp"

namespace assay {

/// Root mean square of the difference over that of the truth.
struct Closeness {
    double error = 0, truth = 0;  ///< Sums of squares.
    std::uint64_t elements = 0;

    void hear(double found, double expected);
    [[nodiscard]] double relative() const;
};

/// How far the roundings of `nodes` operators may move an answer, relative.
double rounding_limit(const Inference& run, std::size_t nodes);

using Numbers = std::vector<std::vector<double>>;  ///< One list for each compared output.

Closeness between(const Numbers& found, const Numbers& expected);

/// Outputs that hold numbers: an index is right or wrong, and near ties it may be either. A graph
/// of an ONNX file may have no others than such.
std::vector<ValueId> compared_outputs(const Graph& graph);
/// What stands in the compared outputs now.
Numbers outputs_of(const GraphOnDevice& on_device);

/// Takes one part of a check into the whole: the worst decides.
void merge(Check& all, const Check& part);
/// Fails the check when `close` is beyond `limit`, or when all is zero; `what` says of what.
void judge(Check& check, const Closeness& close, double limit, const char* what);
/// A check of its own; `method` is what it says of itself, and what a fault is found in.
Check held_against(const Numbers& found, const Numbers& expected, double limit, const char* method);

struct WalkRules {
    std::uint64_t seed = 0;    ///< Of the elements that are looked at.
    double limit = 0;          ///< Between the run as it was timed and the walk.
    bool fresh_states = true;  ///< The walk begins with the states' first contents, else as is.
};

/// Runs node by node; each distinct operator is checked where it comes first. Then the outputs must
/// be those that stood there before.
Check check_operators(const GraphOnDevice& on_device, const Device& device, const Queue& queue,
                      const WalkRules& rules);

/// Throws PluginError NO_DEVICE_MEMORY when the model and its repacked weights cannot fit.
void require_memory(const Inference& run, const Device& device);

/// A request small enough for a twin: two at a time, eight tokens, some more.
Inference small_request(Inference run);

}  // namespace assay
