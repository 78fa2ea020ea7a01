// SPDX-License-Identifier: Apache-2.0
// See ir.hpp.
#include "graph/ir.hpp"

namespace assay::onednn {
namespace {

/// The attribute struct behind `attrs`, as long as the host says it is.
std::vector<char> attrs_of(const assay_op_desc& desc) {
    if (desc.attrs == nullptr) return {};
    std::uint32_t size = 0;
    std::memcpy(&size, desc.attrs, sizeof size);
    constexpr std::uint32_t most = 4096;  // chosen: beyond the attributes of any operator
    if (size < 8 || size > most) invalid("attributes: struct_size is not set");
    const auto* bytes = static_cast<const char*>(desc.attrs);
    return {bytes, bytes + size};
}

GraphOp node_of(const sdk::GraphNode& given) {
    const sdk::Op checked(given.desc);  // throws for what is no operator
    GraphOp node;
    const assay_op_desc desc = sdk::read(given.desc, "op");
    node.name = given.name;
    node.op = desc.op;
    node.accumulator = desc.accumulator;
    node.math = desc.math;
    node.deterministic = desc.deterministic;
    node.attrs = attrs_of(desc);
    node.in = given.inputs;
    node.out = given.outputs;
    for (const int v : node.out)
        if (v == sdk::absent) invalid("graph: node '" + node.name + "' has an absent output");
    return node;
}

}  // namespace

OpHolder::OpHolder(const std::vector<sdk::GraphValue>& values, const GraphOp& node) {
    for (const int v : node.in) {
        inputs_.push_back(v == sdk::absent ? nullptr : &values[static_cast<std::size_t>(v)].desc);
    }
    for (const int v : node.out) outputs_.push_back(&values[static_cast<std::size_t>(v)].desc);
    desc_.struct_size = sizeof desc_;
    desc_.op = node.op;
    desc_.num_inputs = static_cast<std::uint32_t>(inputs_.size());
    desc_.num_outputs = static_cast<std::uint32_t>(outputs_.size());
    desc_.inputs = inputs_.data();
    desc_.outputs = outputs_.data();
    desc_.attrs = node.attrs.empty() ? nullptr : node.attrs.data();
    desc_.accumulator = node.accumulator;
    desc_.math = node.math;
    desc_.deterministic = node.deterministic;
    op_ = std::make_unique<sdk::Op>(&desc_);
}

Ir::Ir(const sdk::Graph& graph) : values(graph.values) {
    for (const sdk::GraphNode& each : graph.nodes) nodes.push_back(node_of(each));
}

std::vector<int> Ir::readers(int v) const {
    std::vector<int> all;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const GraphOp& node = nodes[i];
        if (node.gone) continue;
        bool reads = std::find(node.in.begin(), node.in.end(), v) != node.in.end();
        for (const Post& post : node.posts) reads = reads || post.value == v;
        if (reads) all.push_back(static_cast<int>(i));
    }
    return all;
}

int Ir::writer(int v) const {
    int found = -1;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const GraphOp& node = nodes[i];
        if (node.gone || std::find(node.out.begin(), node.out.end(), v) == node.out.end()) continue;
        if (found >= 0) return -1;
        found = static_cast<int>(i);
    }
    return found;
}

bool Ir::is_hidden(int v) const {
    if (value(v).kind != ASSAY_VALUE_TEMP || is_view(v)) return false;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i].storage == v && static_cast<int>(i) != v) return false;
    }
    return true;
}

int Ir::only_reader(int v) const {
    if (!is_hidden(v)) return -1;
    const std::vector<int> all = readers(v);
    return all.size() == 1 ? all.front() : -1;
}

const float* Ir::floats(int v) const {
    if (v == sdk::absent || value(v).kind != ASSAY_VALUE_CONST) return nullptr;
    const sdk::GraphValue& storage = value(value(v).storage);
    const View seen = view(v);
    if (seen.dtype != ASSAY_F32 || !seen.dense || seen.scale != ASSAY_SCALE_NONE) return nullptr;
    if (storage.data == nullptr || value(v).view_offset + seen.bytes > storage.data_bytes)
        return nullptr;
    return reinterpret_cast<const float*>(static_cast<const char*>(storage.data) +
                                          value(v).view_offset);
}

bool Ir::number(int v, float& found) const {
    const float* all = floats(v);
    if (all == nullptr || view(v).count != 1) return false;
    found = *all;
    return true;
}

int Ir::add_value(const std::string& name, const std::vector<std::int64_t>& dims, int kind) {
    sdk::GraphValue made;
    made.kind = kind;
    made.name = name;
    made.desc = sdk::make<sdk::Tensor>();
    made.desc.dtype = ASSAY_F32;
    made.desc.rank = static_cast<std::int32_t>(dims.size());
    std::copy(dims.begin(), dims.end(), made.desc.dims);
    made.storage = static_cast<int>(values.size());
    values.push_back(std::move(made));
    return values.back().storage;
}

int Ir::add_constant(const std::string& name, const std::vector<std::int64_t>& dims,
                     std::vector<float> numbers) {
    made_.push_back(std::move(numbers));
    const int v = add_value(name, dims, ASSAY_VALUE_CONST);
    value(v).desc.flags = ASSAY_TENSOR_CONST;
    value(v).data = made_.back().data();
    value(v).data_bytes = made_.back().size() * sizeof(float);
    return v;
}

int Ir::add_temporary(const std::string& name, const std::vector<std::int64_t>& dims) {
    return add_value(name, dims, ASSAY_VALUE_TEMP);
}

}  // namespace assay::onednn
