// SPDX-License-Identifier: Apache-2.0
#include "core/graph/totals.hpp"

#include <algorithm>
#include <map>

#include "core/workload/op_cost.hpp"

namespace assay {
namespace {

const Value& value(const Graph& graph, ValueId id) {
    return graph.values.at(static_cast<std::size_t>(id));
}

std::uint64_t bytes_of(const Graph& graph, ValueKind kind) {
    std::uint64_t sum = 0;
    for (const ValueId id : values_of(graph, kind)) sum += byte_count(value(graph, id).type);
    return sum;
}

/// The keys that an attention node sees where all lengths are known and equal; else 0.
std::int64_t known_length(const Graph& graph, const Node& node) {
    if (node.op.kind() != OpKind::attention || !node.op.has(4)) return 0;
    const Value& lengths = value(graph, node.inputs[4]);
    return lengths.fill.filling == Filling::same ? static_cast<std::int64_t>(lengths.fill.center)
                                                 : 0;
}

/// The part of input i that is needed, 0 … 1.
double share_read(const Graph& graph, const Node& node, std::size_t i) {
    const auto& inputs = node.op.inputs;
    if (node.op.kind() == OpKind::gather && i == 0) {
        const auto axis = static_cast<std::size_t>(std::get<GatherAttrs>(node.op.attrs).axis);
        const auto rows = static_cast<double>(inputs[0].dims.at(axis));
        return std::min(1.0, static_cast<double>(element_count(inputs[1])) / rows);
    }
    if (node.op.kind() == OpKind::grouped_matmul && i == 1) {
        return std::min(1.0, static_cast<double>(inputs[0].dims.at(0)) /
                                 static_cast<double>(inputs[1].dims.at(0)));
    }
    if (node.op.kind() == OpKind::scatter && i == 0) return 0;  // kept as it is
    const std::int64_t length = known_length(graph, node);
    if (length > 0 && (i == 1 || i == 2))
        return std::min(1.0, static_cast<double>(length) / static_cast<double>(inputs[i].dims[2]));
    return 1;
}

double bytes_written(const Node& node, std::size_t i) {
    const bool appends = node.op.kind() == OpKind::scatter;
    return static_cast<double>(byte_count(appends ? node.op.inputs[1] : node.op.outputs[i]));
}

/// What the node needs of constants, inputs and states.
void add_reads(const Graph& graph, const Node& node, std::map<ValueId, double>& read) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        if (!node.op.has(i)) continue;
        const Value& each = value(graph, node.inputs[i]);
        const bool made = each.kind == ValueKind::temporary || each.kind == ValueKind::output;
        if (!made) read[each.storage] += bytes_read(graph, node, i);
    }
}

/// What the node writes to outputs and states.
double written_outside(const Graph& graph, const Node& node) {
    double sum = 0;
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
        if (value(graph, node.outputs[i]).kind != ValueKind::temporary)
            sum += bytes_written(node, i);
    }
    return sum;
}

}  // namespace

std::uint64_t parameters(const Graph& graph) {
    std::uint64_t sum = 0;
    for (const Value& each : graph.values) {
        if (each.parameter) sum += element_count(each.type);
    }
    return sum;
}

std::uint64_t weight_bytes(const Graph& graph) {
    return bytes_of(graph, ValueKind::constant);
}

std::uint64_t state_bytes(const Graph& graph) {
    return bytes_of(graph, ValueKind::state);
}

std::uint64_t activation_bytes(const Graph& graph) {
    return bytes_of(graph, ValueKind::temporary) + bytes_of(graph, ValueKind::output);
}

double flop(const Graph& graph, const Node& node) {
    const std::int64_t length = known_length(graph, node);
    if (length == 0) return flop(node.op);
    Op seen = node.op;
    seen.inputs.resize(4);
    for (const std::size_t i : {1, 2}) {
        seen.inputs[i].strides = steps_of(seen.inputs[i]);
        seen.inputs[i].dims[2] = std::min(length, seen.inputs[i].dims[2]);
    }
    return flop(seen);
}

double flop(const Graph& graph) {
    double sum = 0;
    for (const Node& node : graph.nodes) sum += flop(graph, node);
    return sum;
}

double bytes_read(const Graph& graph, const Node& node, std::size_t i) {
    if (!node.op.has(i)) return 0;
    return static_cast<double>(byte_count(node.op.inputs[i])) * share_read(graph, node, i);
}

double least_bytes(const Graph& graph) {
    std::map<ValueId, double> read;  // of each storage that is no temporary
    double sum = 0;
    for (const Node& node : graph.nodes) {
        add_reads(graph, node, read);
        sum += written_outside(graph, node);
    }
    for (const auto& [storage, bytes] : read)
        sum += std::min(bytes, static_cast<double>(byte_count(value(graph, storage).type)));
    return sum;
}

double node_bytes(const Graph& graph) {
    double sum = 0;
    for (const Node& node : graph.nodes) {
        for (std::size_t i = 0; i < node.inputs.size(); ++i) sum += bytes_read(graph, node, i);
        for (std::size_t i = 0; i < node.outputs.size(); ++i) sum += bytes_written(node, i);
    }
    return sum;
}

}  // namespace assay
