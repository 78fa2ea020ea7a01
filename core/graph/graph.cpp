// SPDX-License-Identifier: Apache-2.0
#include "core/graph/graph.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/workload/op_shape.hpp"

namespace assay {
namespace {

/// One past the last element that a view reaches in its storage.
std::int64_t reach(const Value& value) {
    const Shape steps = steps_of(value.type);
    std::int64_t last = value.offset;
    for (std::size_t i = 0; i < steps.size(); ++i) last += (value.type.dims[i] - 1) * steps[i];
    return last + 1;
}

std::string wrong_value(const Graph& graph, std::size_t id) {
    const Value& value = graph.values[id];
    const auto count = static_cast<ValueId>(graph.values.size());
    if (value.storage < 0 || value.storage >= count) return "has no storage";
    const Value& storage = graph.values[static_cast<std::size_t>(value.storage)];
    if (storage.storage != value.storage) return "is a view of a view";
    if (!is_dense(storage.type)) return "has a storage with gaps";
    if (value.offset < 0 || reach(value) > static_cast<std::int64_t>(element_count(storage.type))) {
        return fmt::format("reaches beyond '{}'", storage.name);
    }
    return "";
}

/// Walks the nodes and knows how much of each storage has been written.
class Walk {
public:
    explicit Walk(const Graph& graph) : graph_(graph), written_(graph.values.size()) {
        for (std::size_t i = 0; i < graph.values.size(); ++i) {
            const ValueKind kind = graph.values[i].kind;
            if (kind == ValueKind::input || kind == ValueKind::constant || kind == ValueKind::state)
                written_[i] = element_count(graph.values[i].type);
        }
    }

    std::string wrong(const Node& node) {
        if (node.inputs.size() != node.op.inputs.size() ||
            node.outputs.size() != node.op.outputs.size()) {
            return "has other values than its operator";
        }
        for (std::size_t i = 0; i < node.inputs.size(); ++i) {
            if (std::string fault = wrong_input(node, i); !fault.empty()) return fault;
        }
        for (std::size_t i = 0; i < node.outputs.size(); ++i) {
            if (std::string fault = write(node, i); !fault.empty()) return fault;
        }
        return invalid(node.op);
    }

    /// "" or the name of an output that nothing fills.
    [[nodiscard]] std::string unwritten_output() const {
        for (const ValueId id : values_of(graph_, ValueKind::output)) {
            if (!whole(static_cast<std::size_t>(id)))
                return graph_.values[static_cast<std::size_t>(id)].name;
        }
        return "";
    }

private:
    [[nodiscard]] bool whole(std::size_t storage) const {
        return written_[storage] >= element_count(graph_.values[storage].type);
    }
    [[nodiscard]] bool known(ValueId id) const {
        return id >= 0 && static_cast<std::size_t>(id) < graph_.values.size();
    }

    [[nodiscard]] std::string wrong_input(const Node& node, std::size_t i) const {
        const ValueId id = node.inputs[i];
        if (id == no_value) return node.op.has(i) ? fmt::format("input {} has no value", i) : "";
        if (!known(id)) return fmt::format("input {} is no value of the graph", i);
        const Value& value = graph_.values[static_cast<std::size_t>(id)];
        if (!(node.op.inputs[i] == value.type))
            return fmt::format("input {} is not of the type of '{}'", i, value.name);
        if (!whole(static_cast<std::size_t>(value.storage)))
            return fmt::format("reads '{}' before it is written", value.name);
        return "";
    }

    std::string write(const Node& node, std::size_t i) {
        const ValueId id = node.outputs[i];
        if (!known(id)) return fmt::format("output {} is no value of the graph", i);
        const Value& value = graph_.values[static_cast<std::size_t>(id)];
        if (!(node.op.outputs[i] == value.type))
            return fmt::format("output {} is not of the type of '{}'", i, value.name);
        if (value.kind == ValueKind::input || value.kind == ValueKind::constant)
            return fmt::format("writes '{}', which is {}", value.name, name(value.kind));
        written_[static_cast<std::size_t>(value.storage)] += element_count(value.type);
        return "";
    }

    const Graph& graph_;
    std::vector<std::uint64_t> written_;  // elements, of storages
};

}  // namespace

std::string_view name(ValueKind kind) {
    constexpr std::array<std::string_view, 5> names = {"temporary", "input", "output", "constant",
                                                       "state"};
    return names.at(static_cast<std::size_t>(kind));
}

std::vector<ValueId> values_of(const Graph& graph, ValueKind kind) {
    std::vector<ValueId> ids;
    for (std::size_t i = 0; i < graph.values.size(); ++i) {
        const Value& value = graph.values[i];
        if (value.kind == kind && value.storage == static_cast<ValueId>(i))
            ids.push_back(value.storage);
    }
    return ids;
}

ValueId find_value(const Graph& graph, std::string_view name) {
    const auto found = std::find_if(graph.values.begin(), graph.values.end(),
                                    [&](const Value& each) { return each.name == name; });
    return found == graph.values.end() ? no_value
                                       : static_cast<ValueId>(found - graph.values.begin());
}

Shape steps_of(const TensorType& type) {
    if (!type.strides.empty()) return type.strides;
    Shape steps(type.dims.size(), 1);
    for (std::size_t i = steps.size(); i-- > 1;) steps[i - 1] = steps[i] * type.dims[i];
    return steps;
}

bool is_dense(const TensorType& type) {
    TensorType plain = type;
    plain.strides.clear();
    const Shape is = steps_of(type);
    const Shape dense = steps_of(plain);
    for (std::size_t i = 0; i < is.size(); ++i) {
        if (type.dims[i] > 1 && is[i] != dense[i]) return false;
    }
    return true;
}

std::string invalid(const Graph& graph) {
    for (std::size_t i = 0; i < graph.values.size(); ++i) {
        if (const std::string fault = wrong_value(graph, i); !fault.empty())
            return fmt::format("{}: value '{}' {}", graph.name, graph.values[i].name, fault);
    }
    Walk walk(graph);
    for (const Node& node : graph.nodes) {
        if (const std::string fault = walk.wrong(node); !fault.empty())
            return fmt::format("{}: {}: {}", graph.name, node.name, fault);
    }
    const std::string unwritten = walk.unwritten_output();
    return unwritten.empty() ? ""
                             : fmt::format("{}: nothing writes output '{}'", graph.name, unwritten);
}

}  // namespace assay
