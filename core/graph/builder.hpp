// SPDX-License-Identifier: Apache-2.0
// Makes a Graph node by node. Shapes follow from core/workload/op_shape.hpp; what does not fit is
// an Error that names the graph and the node.
#pragma once

#include <string>
#include <vector>

#include "core/graph/graph.hpp"

namespace assay {

/// A strided window of a value: `offset` and `strides` count elements of the value's storage, and
/// offset begins at the value's own first element.
struct Window {
    Shape dims, strides;
    std::int64_t offset = 0;
};

/// A dense tensor of that type.
TensorType tensor(Dtype dtype, Shape dims);

class GraphBuilder {
public:
    explicit GraphBuilder(std::string name, Math math = Math::strict);

    ValueId input(const std::string& name, TensorType type, FillRule fill = {});
    ValueId state(const std::string& name, TensorType type, FillRule fill = {});
    /// A constant that is no parameter: a table, scales.
    ValueId constant(const std::string& name, TensorType type, FillRule fill);
    /// A constant that is a parameter of the model.
    ValueId weight(const std::string& name, TensorType type, FillRule fill);
    /// Memory that nodes write through views of it (add_into).
    ValueId temporary(const std::string& name, TensorType type);

    ValueId view(ValueId of, const Window& window);
    /// The same elements in other dimensions; throws unless `of` is dense.
    ValueId reshape(ValueId of, Shape dims);

    /// Adds an operator with outputs of its own; a Dtype for each (none: as the operator says).
    std::vector<ValueId> add_all(const std::string& name, OpAttrs attrs,
                                 const std::vector<ValueId>& inputs,
                                 const std::vector<Dtype>& outputs);
    /// The same with one output.
    ValueId add(const std::string& name, OpAttrs attrs, const std::vector<ValueId>& inputs,
                Dtype dtype = Dtype::none);
    /// The same, written to a value that is there: a view of a temporary, or a state in place.
    void add_into(const std::string& name, OpAttrs attrs, const std::vector<ValueId>& inputs,
                  ValueId output);
    /// Appends to a state in place and gives what it is from then on.
    ValueId append(const std::string& name, ValueId cache, ValueId rows, ValueId positions);

    /// The value leaves the graph, under this name.
    void output(ValueId id, const std::string& name);

    [[nodiscard]] const TensorType& type(ValueId id) const;
    [[nodiscard]] const Shape& dims(ValueId id) const { return type(id).dims; }

    /// The graph, checked. Throws Error when it is invalid. The builder is empty afterwards.
    Graph finish();

private:
    ValueId put(Value value);
    Node node(const std::string& name, OpAttrs attrs, const std::vector<ValueId>& inputs);
    void settle(Node& node);

    Graph graph_;
    Math math_;
};

}  // namespace assay
