// SPDX-License-Identifier: Apache-2.0
// A model as a device sees it: operators in the order they run, and the values between them. Shapes
// are fixed; one graph is one phase of one model at one batch size. How it is counted and drawn in
// memory: totals.hpp, memory_plan.hpp; who makes it: builder.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/workload/op.hpp"

namespace assay {

using ValueId = int;
inline constexpr ValueId no_value = -1;  ///< An optional input that is absent.

/// state: memory that outlives a run and is updated in place (a key-value cache).
enum class ValueKind { temporary, input, output, constant, state };

/// What the elements of an input, a constant or a state are.
/// normal: center + scale N(0, 1).  uniform: center + scale u, u on (-1, 1).  below: whole numbers
/// 0 … scale - 1.  same: all are center.  listed: `values`, in order.  stored: bytes of a file.
enum class Filling { normal, uniform, below, same, listed, stored };

/// The rule that fills a value; with the seed it says every element (core/graph/numbers.hpp).
struct FillRule {
    Filling filling = Filling::normal;
    double center = 0, scale = 1;
    std::vector<double> values;  ///< Of Filling::listed.
    /// Of Filling::stored: the packed elements, shared with who read them.
    std::shared_ptr<const std::string> stored{};
};

/// A tensor. A view shares the memory of its `storage`: a strided window, no copy.
struct Value {
    std::string name;  ///< Unique among inputs, constants and states; seeds its numbers.
    TensorType type;
    ValueKind kind = ValueKind::temporary;  ///< Of its storage, if it is a view.
    ValueId storage = no_value;             ///< Whose memory it is: itself unless a view.
    std::int64_t offset = 0;                ///< Of a view: elements from the storage's first.
    bool parameter = false;                 ///< A constant that a model's parameter count counts.
    FillRule fill;
};

/// One operator; input i of `op` is value inputs[i] (no_value: absent).
struct Node {
    std::string name;
    Op op;
    std::vector<ValueId> inputs, outputs;
};

/// Nodes stand in an order in which they can run.
struct Graph {
    std::string name;
    std::vector<Value> values;
    std::vector<Node> nodes;
};

/// "temporary", "state".
std::string_view name(ValueKind kind);

/// The values of that kind which are no views, in order.
std::vector<ValueId> values_of(const Graph& graph, ValueKind kind);
/// The value of that name, or no_value.
ValueId find_value(const Graph& graph, std::string_view name);

/// Steps in elements of each dimension: the strides of the tensor, or those of a dense one.
Shape steps_of(const TensorType& type);
/// Whether the last dimension is fastest and nothing lies between elements.
bool is_dense(const TensorType& type);

/// "" when every operator makes sense, every view lies in its storage, every value is written
/// (wholly) before it is read and nothing that must not change is written; else the first fault:
/// "llama: layer 0 qkv: matmul: …".
std::string invalid(const Graph& graph);

}  // namespace assay
