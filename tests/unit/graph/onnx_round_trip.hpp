// SPDX-License-Identifier: Apache-2.0
// A graph that is written as ONNX and read back must compute the same. Both are evaluated in
// double; what differs are constants, which are float in the file (2^-24 relative, a few of them in
// a row, and 2^-24 of an angle of up to 64).
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/graph/evaluate.hpp"
#include "core/graph/onnx/export.hpp"
#include "core/graph/onnx/import.hpp"
#include "core/graph/onnx/read.hpp"
#include "core/graph/onnx/write.hpp"

namespace assay::test {

inline constexpr double tolerance = 2e-5;  // of the largest element
inline constexpr std::uint64_t export_seed = 7;

using Given = std::map<std::string, std::vector<double>>;

/// Values in the order of the file: inputs then states, outputs then states that are written.
inline std::vector<ValueId> in_order(const Graph& graph, ValueKind first) {
    std::vector<ValueId> ids = values_of(graph, first);
    for (const ValueId id : values_of(graph, ValueKind::state)) ids.push_back(id);
    return ids;
}

/// A graph that was written and read back, and what the file calls its inputs and outputs.
struct Back {
    std::vector<std::string> inputs, outputs;
    Graph graph;
};

inline Back there_and_back(const Graph& graph) {
    OnnxModel model = export_onnx(graph, export_seed);
    Back back;
    for (const OnnxInput& each : model.inputs) back.inputs.push_back(each.name);
    back.outputs = model.outputs;
    back.graph = import_onnx(read_onnx(write_onnx(std::move(model)), "back.onnx"), {});
    return back;
}

/// What `graph` was given, for `back`.
inline Given inputs_of(const Graph& graph, const Back& back, const GraphNumbers& numbers) {
    const std::vector<ValueId> ids = in_order(graph, ValueKind::input);
    REQUIRE(back.inputs.size() == ids.size());
    Given inputs;
    for (std::size_t i = 0; i < ids.size(); ++i)
        inputs[back.inputs[i]] = elements_of(graph, numbers, ids[i]);
    return inputs;
}

inline void check_round_trip(const Graph& graph, const Given& given = {}) {
    INFO(graph.name);
    const Back back = there_and_back(graph);
    GraphNumbers numbers = starting_numbers(graph, export_seed, given);
    GraphNumbers numbers_back =
        starting_numbers(back.graph, export_seed, inputs_of(graph, back, numbers));
    evaluate(graph, numbers);
    evaluate(back.graph, numbers_back);
    const std::vector<ValueId> ids = in_order(graph, ValueKind::output);
    REQUIRE(back.outputs.size() == ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto expected = elements_of(graph, numbers, ids[i]);
        const auto got =
            elements_of(back.graph, numbers_back, find_value(back.graph, back.outputs[i]));
        REQUIRE(got.size() == expected.size());
        double most = 0, off = 0;
        for (std::size_t j = 0; j < expected.size(); ++j) {
            most = std::max(most, std::abs(expected[j]));
            off = std::max(off, std::abs(got[j] - expected[j]));
        }
        INFO("result " << back.outputs[i] << ": " << off << " off, of " << most);
        CHECK(most > 0);
        CHECK(off <= tolerance * most);
    }
}

}  // namespace assay::test
