// SPDX-License-Identifier: Apache-2.0
// The extension assay.graph/1 for a plugin author: a whole graph as safe views, and the table of C
// functions. Not part of sdk.hpp: include it where it is wanted.
//
//     class Mine final : public sdk::HostDevice, public sdk::GraphDevice { ... };
//     const void* extension(const char* id) noexcept override { return
//     sdk::graph_table<MyPlugin>(id); }
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "assay/ext/graph.h"
#include "assay/sdk/glue.hpp"
#include "assay/sdk/interface.hpp"
#include "assay/sdk/op.hpp"
#include "assay/sdk/options.hpp"

namespace assay {
namespace sdk {

constexpr int absent = -1;  ///< An optional input that is not there.

/// A value, copied out of the host's descriptors and checked; `data` is the host's and valid while
/// compile() runs.
struct GraphValue {
    int kind = ASSAY_VALUE_TEMP;
    std::string name;
    Tensor desc{};
    const void* data = nullptr;  ///< of a constant
    std::uint64_t data_bytes = 0;
    int storage = 0;                ///< whose memory it is: itself, unless it is a view
    std::uint64_t view_offset = 0;  ///< bytes
};

/// `desc` is the host's, and valid while compile() runs.
struct GraphNode {
    std::string name;
    const assay_op_desc* desc = nullptr;
    std::vector<int> inputs, outputs;  ///< values, or `absent`
};

class Graph {
public:
    /// Throws Error INVALID for indices and constants that are none, UNSUPPORTED for an unknown
    /// kind of value. Operators are not looked at: Op does that.
    explicit Graph(const assay_graph* given) {
        const assay_graph graph = read(given, "graph");
        if (graph.num_values > 0 && graph.values == nullptr) fail(ASSAY_ERR_INVALID, "no values");
        if (graph.num_nodes > 0 && graph.nodes == nullptr) fail(ASSAY_ERR_INVALID, "no nodes");
        for (std::uint32_t i = 0; i < graph.num_values; ++i)
            values.push_back(value(graph.values[i], i, graph.num_values));
        for (const GraphValue& each : values) check_view(each);
        for (std::uint32_t i = 0; i < graph.num_nodes; ++i) nodes.push_back(node(graph.nodes[i]));
    }

    std::vector<GraphValue> values;
    std::vector<GraphNode> nodes;

private:
    static GraphValue value(const assay_graph_value* given, std::uint32_t i, std::uint32_t count) {
        const assay_graph_value c = read(given, "graph value");
        if (c.kind < ASSAY_VALUE_TEMP || c.kind > ASSAY_VALUE_STATE)
            fail(ASSAY_ERR_UNSUPPORTED, "graph: a value of unknown kind %d", c.kind);
        if (c.view_of > count) fail(ASSAY_ERR_INVALID, "graph: value %u views nothing", i);
        const bool view = c.view_of != 0;
        if (!view && c.kind == ASSAY_VALUE_CONST && c.data == nullptr && c.data_bytes > 0)
            fail(ASSAY_ERR_INVALID, "graph: constant %u has no data", i);
        GraphValue made;
        made.kind = c.kind;
        made.name = c.name != nullptr ? c.name : "";
        made.desc = read(c.desc, "graph value");
        if (made.desc.rank < 0 || made.desc.rank > ASSAY_MAX_RANK)
            fail(ASSAY_ERR_INVALID, "graph: value %u of rank %d", i, made.desc.rank);
        made.data = c.data;
        made.data_bytes = c.data_bytes;
        made.storage = static_cast<int>(view ? c.view_of - 1 : i);
        made.view_offset = c.view_offset;
        return made;
    }

    void check_view(const GraphValue& each) const {
        const GraphValue& storage = values[static_cast<std::size_t>(each.storage)];
        if (&values[static_cast<std::size_t>(storage.storage)] != &storage)
            fail(ASSAY_ERR_INVALID, "graph: '%s' is a view of a view", each.name.c_str());
        if (storage.kind != each.kind)
            fail(ASSAY_ERR_INVALID, "graph: '%s' is of another kind than what it views",
                 each.name.c_str());
    }

    GraphNode node(const assay_graph_node* given) const {
        const assay_graph_node c = read(given, "graph node");
        const assay_op_desc op = read(c.op, "op");
        GraphNode made;
        made.name = c.name != nullptr ? c.name : "";
        made.desc = c.op;
        made.inputs = indices(c.inputs, op.num_inputs, made.name);
        made.outputs = indices(c.outputs, op.num_outputs, made.name);
        return made;
    }

    std::vector<int> indices(const std::uint32_t* list, std::uint32_t count,
                             const std::string& name) const {
        if (count > 0 && list == nullptr)
            fail(ASSAY_ERR_INVALID, "graph: node '%s' lists no values", name.c_str());
        std::vector<int> all;
        for (std::uint32_t i = 0; i < count; ++i) {
            const bool none = list[i] == ASSAY_VALUE_ABSENT;
            if (!none && list[i] >= values.size())
                fail(ASSAY_ERR_INVALID, "graph: node '%s' names value %u of %zu", name.c_str(),
                     list[i], values.size());
            all.push_back(none ? absent : static_cast<int>(list[i]));
        }
        return all;
    }
};

/// What a device that takes graphs derives from, beside Device.
struct GraphDevice {
    virtual ~GraphDevice() = default;
    /// Throwing Error UNSUPPORTED or NEWER answers "no" with that reason.
    virtual Support query_node(const Graph& graph, std::size_t node) = 0;
    /// Bindings of what it makes: inputs, states and outputs that are no views, by index.
    virtual std::unique_ptr<Exec> compile(const Graph& graph, const Options& options) = 0;
};

namespace detail {

inline GraphDevice& graph_device(assay_device* device) {
    auto* taker = dynamic_cast<GraphDevice*>(&as<Device>(device));
    if (taker == nullptr) fail(ASSAY_ERR_UNSUPPORTED, "this device takes no graphs");
    return *taker;
}

template <class P>
struct GraphGlue {
    static assay_status ASSAY_CALL node_query(assay_device* device, const assay_graph* graph,
                                              uint32_t node, assay_op_support* out,
                                              assay_error* err) {
        return attempt(err, [&] {
            const Graph given(graph);
            if (node >= given.nodes.size()) fail(ASSAY_ERR_INVALID, "graph: no node %u", node);
            write(out, support_struct(
                           asked([&] { return graph_device(device).query_node(given, node); })));
        });
    }
    static assay_status ASSAY_CALL compile(assay_device* device, const assay_graph* graph,
                                           const assay_kv* options, uint32_t num_options,
                                           assay_exec** out, assay_error* err) {
        return attempt(err, [&] {
            const Options given(options, num_options, Glue<P>::plugin().options(),
                                ASSAY_OPTION_PREPARE);
            give(target(out), graph_device(device).compile(Graph(graph), given));
        });
    }
};

}  // namespace detail

/// The table of assay.graph/1 where `id` asks for it, else null. P: the plugin's class.
template <class P>
const void* graph_table(const char* id) noexcept {
    static const assay_ext_graph table = {sizeof(assay_ext_graph), 0,
                                          detail::GraphGlue<P>::node_query,
                                          detail::GraphGlue<P>::compile};
    return std::strcmp(id, ASSAY_EXT_GRAPH) == 0 ? &table : nullptr;
}

}  // namespace sdk
}  // namespace assay
