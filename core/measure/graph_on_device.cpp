// SPDX-License-Identifier: Apache-2.0
#include "core/measure/graph_on_device.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/graph/numbers.hpp"
#include "core/host/device_graph.hpp"
#include "core/host/plugin_error.hpp"
#include "core/measure/tensors.hpp"
#include "core/workload/op_names.hpp"

namespace assay {
namespace {

std::size_t index(ValueId id) {
    return static_cast<std::size_t>(id);
}

/// Distinct operators only: a model has one for each layer.
struct Lacking {
    std::string reason, first;
    int nodes = 0;
};

std::string text_of(const std::vector<Lacking>& all) {
    constexpr std::size_t most_told = 6;  // chosen: a line can be read
    std::string text;
    for (std::size_t i = 0; i < std::min(all.size(), most_told); ++i) {
        if (i > 0) text += "; ";
        text += fmt::format("{} node{} like '{}': {}", all[i].nodes, all[i].nodes == 1 ? "" : "s",
                            all[i].first, all[i].reason);
    }
    if (all.size() > most_told) text += fmt::format("; and {} more", all.size() - most_told);
    return text;
}

}  // namespace

GraphOnDevice::GraphOnDevice(Graph graph, std::uint64_t seed, const Device& device,
                             const Queue& queue, const GraphSetup& setup)
    : graph_(std::move(graph)),
      seed_(seed),
      device_(&device),
      queue_(&queue),
      plan_(plan_memory(graph_)) {
    require_support();
    allocate(setup);
    const bool best = setup.lowering == Lowering::best;
    if (setup.lowering == Lowering::graph || (best && takes_graphs(device))) {
        compile();
    } else {
        for (const Node& node : graph_.nodes)
            prepared_.push_back(prepare_node(node, setup.weights));
    }
}

void GraphOnDevice::compile() {
    std::vector<std::vector<std::byte>> kept;  // of devices whose memory the host does not see
    const Exec& exec = whole_.emplace(Whole{}).exec =
        compile_graph(*device_, graph_, [&](ValueId id) {
            const auto size = byte_count(graph_.values[index(id)].type);
            if (const void* data = device_->host_pointer(*buffers_[index(id)]))
                return std::span(static_cast<const std::byte*>(data), size);
            return std::span<const std::byte>(kept.emplace_back(first_contents(id)));
        });
    for (const ValueId id : graph_bindings(graph_)) whole_->bindings.push_back(binding(id));
    whole_->record = device_->describe(exec);
    whole_->record.path = "whole graph: " + whole_->record.path;
}

/// Nothing of it is shared: what was repacked for it goes with the next one.
void GraphOnDevice::enqueue_alone(const Queue& queue, std::size_t node) const {
    whole_->alone = prepare_node(graph_.nodes[node], nullptr);
    device_->enqueue(queue, whole_->alone.ready->exec, whole_->alone.bindings);
}

void GraphOnDevice::require_support() const {
    std::vector<Lacking> lacking;
    std::vector<std::pair<const Op*, std::string>> asked;  // "" when it can
    for (const Node& node : graph_.nodes) {
        const auto known = std::find_if(asked.begin(), asked.end(),
                                        [&](const auto& each) { return *each.first == node.op; });
        std::string reason;
        if (known == asked.end()) {
            const Support support = device_->query(Operator(node.op));
            if (support.level == "none") {
                reason = fmt::format("{}: {}", name(node.op.kind()), support.reason);
            }
            asked.emplace_back(&node.op, reason);
        } else {
            reason = known->second;
        }
        if (reason.empty()) continue;
        const auto same = std::find_if(lacking.begin(), lacking.end(),
                                       [&](const Lacking& each) { return each.reason == reason; });
        if (same == lacking.end())
            lacking.push_back({reason, node.name, 1});
        else
            ++same->nodes;
    }
    if (!lacking.empty())
        throw PluginError(ASSAY_ERR_UNSUPPORTED, "unsupported: " + text_of(lacking));
}

std::vector<std::byte> GraphOnDevice::first_contents(ValueId storage) const {
    const Value& value = graph_.values[index(storage)];
    std::vector<std::byte> contents(byte_count(value.type));
    fill(contents, value, seed_);
    return contents;
}

/// A buffer with the value's first contents, or the one that is shared.
std::shared_ptr<const Buffer> GraphOnDevice::made(ValueId storage, const GraphSetup& setup) const {
    const Value& value = graph_.values[index(storage)];
    if (value.kind == ValueKind::state && setup.states != nullptr) {
        const ValueId there = find_value(setup.states->graph_, value.name);
        if (there != no_value) return setup.states->buffers_[index(there)];
    }
    const auto make = [&] {
        Buffer buffer = device_->alloc(byte_count(value.type));
        if (value.kind != ValueKind::output)
            device_->upload(*queue_, buffer, first_contents(storage));
        return buffer;
    };
    if (value.kind == ValueKind::constant && setup.weights != nullptr) {
        return setup.weights->buffer(value, seed_, make);
    }
    return std::make_shared<const Buffer>(make());
}

void GraphOnDevice::allocate(const GraphSetup& setup) {
    if (plan_.bytes > 0) temporaries_ = device_->alloc(plan_.bytes);
    buffers_.resize(graph_.values.size());
    for (std::size_t i = 0; i < graph_.values.size(); ++i) {
        const Value& value = graph_.values[i];
        const auto id = static_cast<ValueId>(i);
        if (value.storage != id || value.kind == ValueKind::temporary) continue;
        buffers_[i] = made(id, setup);
    }
}

const Buffer& GraphOnDevice::buffer_of(ValueId storage) const {
    const bool temporary = graph_.values[index(storage)].kind == ValueKind::temporary;
    return temporary ? temporaries_ : *buffers_[index(storage)];
}

assay_binding GraphOnDevice::binding(ValueId id) const {
    const Value& value = graph_.values[index(id)];
    const Value& storage = graph_.values[index(value.storage)];
    const std::uint64_t within = bytes(value.type.dtype, static_cast<std::uint64_t>(value.offset));
    const std::int64_t planned = plan_.offsets[index(value.storage)];
    const std::uint64_t start =
        planned == MemoryPlan::unplanned ? 0 : static_cast<std::uint64_t>(planned);
    return {buffer_of(value.storage).get(), start + within, byte_count(storage.type) - within};
}

std::vector<bool> GraphOnDevice::bind_constants(const Node& node, const Exec& exec) const {
    std::vector<bool> bound(node.inputs.size());
    for (std::size_t i = 0; i < bound.size(); ++i) {
        if (node.inputs[i] == no_value || !node.op.inputs[i].constant) continue;
        bound[i] =
            device_->bind_const(exec, static_cast<std::uint32_t>(i), binding(node.inputs[i]));
    }
    return bound;
}

ReadyOperator GraphOnDevice::make_ready(const Node& node) const {
    ReadyOperator ready;
    ready.exec = device_->prepare(Operator(node.op));
    ready.bound = bind_constants(node, ready.exec);
    ready.record = device_->describe(ready.exec);
    return ready;
}

GraphOnDevice::Prepared GraphOnDevice::prepare_node(const Node& node, WeightStore* weights) const {
    const auto make = [&] { return make_ready(node); };
    bool known = weights != nullptr;
    std::vector<std::shared_ptr<const Buffer>> constants(node.inputs.size());
    for (std::size_t i = 0; i < constants.size(); ++i) {
        const ValueId id = node.inputs[i];
        if (id == no_value || !node.op.inputs[i].constant) continue;
        const Value& value = graph_.values[index(id)];
        constants[i] = buffers_[index(value.storage)];
        known = known && value.offset == 0;  // the store knows buffers, not places in them
    }
    Prepared prepared{known ? weights->ready(node.op, constants, make)
                            : std::make_shared<const ReadyOperator>(make()),
                      {}};
    const std::vector<bool>& bound = prepared.ready->bound;
    std::vector<assay_binding>& bindings = prepared.bindings;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        if (node.inputs[i] != no_value && !bound[i]) bindings.push_back(binding(node.inputs[i]));
    }
    for (const ValueId id : node.outputs) bindings.push_back(binding(id));
    return prepared;
}

void GraphOnDevice::give(ValueId input, std::span<const std::byte> contents) const {
    device_->upload(*queue_, *buffers_[index(input)], contents);
}

void GraphOnDevice::poison_outputs() const {
    if (plan_.bytes > 0) device_->fill(*queue_, temporaries_, plan_.bytes, poison_pattern);
    for (const ValueId id : values_of(graph_, ValueKind::output)) {
        device_->fill(*queue_, *buffers_[index(id)], byte_count(graph_.values[index(id)].type),
                      poison_pattern);
    }
    device_->wait(*queue_);
}

void GraphOnDevice::poison() const {
    poison_outputs();
    for (const ValueId id : values_of(graph_, ValueKind::state)) {
        device_->upload(*queue_, *buffers_[index(id)], first_contents(id));
    }
    device_->wait(*queue_);
}

std::vector<std::byte> GraphOnDevice::bytes_of(ValueId id) const {
    const Value& value = graph_.values[index(id)];
    const auto within = static_cast<std::ptrdiff_t>(
        bytes(value.type.dtype, static_cast<std::uint64_t>(value.offset)));
    std::vector<std::byte> all;
    if (value.kind == ValueKind::constant) {
        all = first_contents(value.storage);
    } else {
        const assay_binding whole = binding(value.storage);
        all.resize(whole.size);
        device_->download(*queue_, all, buffer_of(value.storage), whole.offset);
    }
    all.erase(all.begin(), all.begin() + within);
    return all;
}

PreparedRecord GraphOnDevice::prepared() const {
    if (whole_) return whole_->record;
    PreparedRecord all;
    all.support = "native";
    all.deterministic = true;
    all.workspace_bytes = plan_.bytes;
    std::map<std::string, int> paths;
    for (std::size_t i = 0; i < prepared_.size(); ++i) {
        const PreparedRecord& each = prepared_[i].ready->record;
        ++paths[each.path];
        if (each.support != "native") {
            all.support = each.support;
            if (all.note.empty()) {
                all.note = fmt::format("{}: {}", graph_.nodes[i].name, each.note);
            }
        }
        all.constant_bytes += each.constant_bytes;
        all.workspace_bytes += each.workspace_bytes;
        all.build_ns += each.build_ns;
        all.tune_ns += each.tune_ns;
        if (all.accumulator == Dtype::none) all.accumulator = each.accumulator;
    }
    const auto most =
        std::max_element(paths.begin(), paths.end(),
                         [](const auto& x, const auto& y) { return x.second < y.second; });
    if (most != paths.end()) {
        all.path = fmt::format("{} nodes, {} kernels, {} of them {}", prepared_.size(),
                               paths.size(), most->second, most->first);
    }
    return all;
}

}  // namespace assay
