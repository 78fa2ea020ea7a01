// SPDX-License-Identifier: Apache-2.0
// See device_graph.hpp.
#include "core/host/device_graph.hpp"

#include <optional>
#include <string>
#include <vector>

#include "assay/ext/graph.h"
#include "core/host/codes.hpp"
#include "core/host/operator.hpp"

namespace assay {
namespace {

const assay_ext_graph* table_of(const Device& device) {
    const auto* table =
        static_cast<const assay_ext_graph*>(device.table().get_extension(ASSAY_EXT_GRAPH));
    const bool whole = table != nullptr && table->struct_size >= sizeof(assay_ext_graph) &&
                       table->node_query != nullptr && table->compile != nullptr;
    return whole ? table : nullptr;
}

std::int32_t kind_of(ValueKind kind) {
    switch (kind) {
        case ValueKind::input:
            return ASSAY_VALUE_INPUT;
        case ValueKind::output:
            return ASSAY_VALUE_OUTPUT;
        case ValueKind::constant:
            return ASSAY_VALUE_CONST;
        case ValueKind::state:
            return ASSAY_VALUE_STATE;
        default:
            return ASSAY_VALUE_TEMP;
    }
}

std::vector<std::uint32_t> indices(const std::vector<ValueId>& ids) {
    std::vector<std::uint32_t> all;
    for (const ValueId id : ids)
        all.push_back(id == no_value ? ASSAY_VALUE_ABSENT : static_cast<std::uint32_t>(id));
    return all;
}

template <class T>
std::vector<const T*> pointers_to(const std::vector<T>& all) {
    std::vector<const T*> pointers;
    for (const T& each : all) pointers.push_back(&each);
    return pointers;
}

/// The graph as the C structs that a plugin reads. An operator of no kind carries the tensors of
/// all values: each is described once.
class CGraph {
public:
    CGraph(const Graph& graph, const ConstantBytes& constants) : name_(graph.name) {
        describe_values(graph, constants);
        describe_nodes(graph);
        c_ = {.struct_size = sizeof(assay_graph),
              .num_values = static_cast<std::uint32_t>(values_.size()),
              .num_nodes = static_cast<std::uint32_t>(nodes_.size()),
              .reserved0 = 0,
              .values = value_list_.data(),
              .nodes = node_list_.data(),
              .name = name_.c_str()};
    }
    CGraph(const CGraph&) = delete;
    CGraph& operator=(const CGraph&) = delete;

    [[nodiscard]] const assay_graph& get() const { return c_; }

private:
    void describe_values(const Graph& graph, const ConstantBytes& constants) {
        Op all;
        for (const Value& each : graph.values) all.inputs.push_back(each.type);
        tensors_.emplace(all);
        values_.reserve(graph.values.size());
        for (std::size_t i = 0; i < graph.values.size(); ++i) {
            const Value& value = graph.values[i];
            const bool view = value.storage != static_cast<ValueId>(i);
            assay_graph_value c{};
            c.struct_size = sizeof(c);
            c.kind = kind_of(value.kind);
            c.name = value.name.c_str();
            c.desc = tensors_->desc().inputs[i];
            if (view) {
                c.view_of = static_cast<std::uint32_t>(value.storage) + 1;
                c.view_offset = bytes(value.type.dtype, static_cast<std::uint64_t>(value.offset));
            } else if (value.kind == ValueKind::constant) {
                const auto data = constants(value.storage);
                c.data = data.data();
                c.data_bytes = data.size();
            }
            values_.push_back(c);
        }
        value_list_ = pointers_to(values_);
    }

    void describe_nodes(const Graph& graph) {
        const std::size_t count = graph.nodes.size();
        operators_.reserve(count);
        lists_.reserve(2 * count);
        for (const Node& node : graph.nodes) {
            const Operator& op = operators_.emplace_back(node.op);
            const auto& inputs = lists_.emplace_back(indices(node.inputs));
            const auto& outputs = lists_.emplace_back(indices(node.outputs));
            nodes_.push_back({.struct_size = sizeof(assay_graph_node),
                              .reserved0 = 0,
                              .name = node.name.c_str(),
                              .op = &op.desc(),
                              .inputs = inputs.data(),
                              .outputs = outputs.data()});
        }
        node_list_ = pointers_to(nodes_);
    }

    std::string name_;
    std::optional<Operator> tensors_;
    std::vector<assay_graph_value> values_;
    std::vector<const assay_graph_value*> value_list_;
    std::vector<Operator> operators_;
    std::vector<std::vector<std::uint32_t>> lists_;
    std::vector<assay_graph_node> nodes_;
    std::vector<const assay_graph_node*> node_list_;
    assay_graph c_{};
};

}  // namespace

bool takes_graphs(const Device& device) {
    return table_of(device) != nullptr;
}

Exec compile_graph(const Device& device, const Graph& graph, const ConstantBytes& constants) {
    const assay_ext_graph* table = table_of(device);
    if (table == nullptr) {
        throw PluginError(ASSAY_ERR_UNSUPPORTED,
                          "unsupported: the plugin takes no whole graphs (assay.graph/1); ask for "
                          "lowering = \"operators\" or \"best\"");
    }
    const CGraph c(graph, constants);
    const std::vector<assay_kv> options = device.prepare_options();
    assay_error error{};
    assay_exec* exec = nullptr;
    const assay_status status =
        table->compile(device.handle(), &c.get(), options.data(),
                       static_cast<std::uint32_t>(options.size()), &exec, &error);
    check_status(status, error, "graph: compile");
    if (exec == nullptr) plugin_misbehaves("graph: compile: says OK but gives no object");
    return {exec, device.table().exec_destroy};
}

std::vector<ValueId> graph_bindings(const Graph& graph) {
    std::vector<ValueId> ids;
    for (std::size_t i = 0; i < graph.values.size(); ++i) {
        const Value& value = graph.values[i];
        const bool bound = value.kind == ValueKind::input || value.kind == ValueKind::state ||
                           value.kind == ValueKind::output;
        if (bound && value.storage == static_cast<ValueId>(i)) ids.push_back(value.storage);
    }
    return ids;
}

}  // namespace assay
