// SPDX-License-Identifier: Apache-2.0
#include "core/graph/builder.hpp"

#include <utility>

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/workload/op_shape.hpp"

namespace assay {

TensorType tensor(Dtype dtype, Shape dims) {
    TensorType type;
    type.dtype = dtype;
    type.dims = std::move(dims);
    return type;
}

GraphBuilder::GraphBuilder(std::string name, Math math) : math_(math) {
    graph_.name = std::move(name);
}

ValueId GraphBuilder::put(Value value) {
    const auto id = static_cast<ValueId>(graph_.values.size());
    if (value.storage == no_value) value.storage = id;
    graph_.values.push_back(std::move(value));
    return id;
}

ValueId GraphBuilder::input(const std::string& name, TensorType type, FillRule fill) {
    return put({name, std::move(type), ValueKind::input, no_value, 0, false, std::move(fill)});
}

ValueId GraphBuilder::state(const std::string& name, TensorType type, FillRule fill) {
    return put({name, std::move(type), ValueKind::state, no_value, 0, false, std::move(fill)});
}

ValueId GraphBuilder::constant(const std::string& name, TensorType type, FillRule fill) {
    type.constant = true;
    return put({name, std::move(type), ValueKind::constant, no_value, 0, false, std::move(fill)});
}

ValueId GraphBuilder::weight(const std::string& name, TensorType type, FillRule fill) {
    type.constant = true;
    return put({name, std::move(type), ValueKind::constant, no_value, 0, true, std::move(fill)});
}

ValueId GraphBuilder::temporary(const std::string& name, TensorType type) {
    return put({name, std::move(type), ValueKind::temporary, no_value, 0, false, {}});
}

const TensorType& GraphBuilder::type(ValueId id) const {
    return graph_.values.at(static_cast<std::size_t>(id)).type;
}

ValueId GraphBuilder::view(ValueId of, const Window& window) {
    Value value = graph_.values.at(static_cast<std::size_t>(of));
    value.type.dims = window.dims;
    value.type.strides = window.strides;
    if (is_dense(value.type)) value.type.strides.clear();
    value.offset += window.offset;
    value.parameter = false;
    value.fill = {};
    return put(std::move(value));
}

ValueId GraphBuilder::reshape(ValueId of, Shape dims) {
    Value value = graph_.values.at(static_cast<std::size_t>(of));
    if (!is_dense(value.type) || element_count(value.type.dims) != element_count(dims)) {
        throw Error(fmt::format("{}: '{}' ({}) cannot become {}", graph_.name, value.name,
                                text_of(value.type.dims), text_of(dims)));
    }
    return view(of, {std::move(dims), {}, 0});
}

Node GraphBuilder::node(const std::string& name, OpAttrs attrs,
                        const std::vector<ValueId>& inputs) {
    Node made;
    made.name = name;
    made.op.attrs = std::move(attrs);
    made.op.math = math_;
    made.inputs = inputs;
    for (const ValueId id : inputs)
        made.op.inputs.push_back(id == no_value ? TensorType{} : type(id));
    return made;
}

void GraphBuilder::settle(Node& node) {
    if (const std::string wrong = infer(node.op); !wrong.empty())
        throw Error(fmt::format("{}: {}: {}", graph_.name, node.name, wrong));
}

std::vector<ValueId> GraphBuilder::add_all(const std::string& name, OpAttrs attrs,
                                           const std::vector<ValueId>& inputs,
                                           const std::vector<Dtype>& outputs) {
    Node made = node(name, std::move(attrs), inputs);
    for (const Dtype dtype : outputs) made.op.outputs.push_back(tensor(dtype, {}));
    settle(made);
    for (std::size_t i = 0; i < made.op.outputs.size(); ++i)
        made.outputs.push_back(
            temporary(i == 0 ? name : fmt::format("{} ({})", name, i), made.op.outputs[i]));
    graph_.nodes.push_back(std::move(made));
    return graph_.nodes.back().outputs;
}

ValueId GraphBuilder::add(const std::string& name, OpAttrs attrs,
                          const std::vector<ValueId>& inputs, Dtype dtype) {
    return add_all(name, std::move(attrs), inputs, {dtype}).front();
}

void GraphBuilder::add_into(const std::string& name, OpAttrs attrs,
                            const std::vector<ValueId>& inputs, ValueId output) {
    Node made = node(name, std::move(attrs), inputs);
    made.op.outputs.push_back(type(output));
    settle(made);
    if (!(made.op.outputs.front() == type(output))) {
        throw Error(fmt::format("{}: {}: gives {}, is written to {}", graph_.name, name,
                                text_of(made.op.outputs.front().dims), text_of(dims(output))));
    }
    made.outputs = {output};
    graph_.nodes.push_back(std::move(made));
}

ValueId GraphBuilder::append(const std::string& name, ValueId cache, ValueId rows,
                             ValueId positions) {
    const ValueId after = view(cache, {dims(cache), type(cache).strides, 0});
    add_into(name, ScatterAttrs{}, {cache, rows, positions}, after);
    return after;
}

void GraphBuilder::output(ValueId id, const std::string& name) {
    const ValueId storage = graph_.values.at(static_cast<std::size_t>(id)).storage;
    for (Value& each : graph_.values) {
        if (each.storage == storage) each.kind = ValueKind::output;
    }
    graph_.values[static_cast<std::size_t>(storage)].name = name;
}

Graph GraphBuilder::finish() {
    if (const std::string wrong = invalid(graph_); !wrong.empty()) throw Error(wrong);
    return std::exchange(graph_, {});
}

}  // namespace assay
