// SPDX-License-Identifier: Apache-2.0
#include "core/graph/onnx/import.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/graph/evaluate.hpp"
#include "core/graph/onnx/operators.hpp"
#include "core/graph/totals.hpp"

namespace assay {
namespace {

constexpr std::int64_t oldest_opset = 7, newest_opset = 17;

/// Nodes that an output needs, in the order of the file.
std::vector<const OnnxNode*> needed_nodes(const OnnxModel& model) {
    std::set<std::string> wanted(model.outputs.begin(), model.outputs.end());
    std::vector<const OnnxNode*> nodes;
    for (auto node = model.nodes.rbegin(); node != model.nodes.rend(); ++node) {
        const auto is_wanted = [&](const std::string& name) { return wanted.contains(name); };
        if (std::none_of(node->outputs.begin(), node->outputs.end(), is_wanted)) continue;
        wanted.insert(node->inputs.begin(), node->inputs.end());
        nodes.push_back(&*node);
    }
    std::reverse(nodes.begin(), nodes.end());
    return nodes;
}

/// "" or "unsupported: If x1, LSTM x2"; those inside an If count too.
std::string unsupported(const std::vector<const OnnxNode*>& nodes) {
    std::map<std::string, int> counts;
    const auto count = [&](const std::string& op) {
        if (onnx_ops::handler_of(op) == nullptr) ++counts[op];
    };
    for (const OnnxNode* node : nodes) {
        count(node->op);
        std::for_each(node->inner.begin(), node->inner.end(), count);
    }
    std::string text;
    for (const auto& [op, times] : counts)
        text += fmt::format("{} {} x{}", text.empty() ? "unsupported:" : ",", op, times);
    return text;
}

/// OnnxType of what was folded: 64-bit where it is whole, for shapes may be long.
OnnxType folded_type(Dtype dtype) {
    switch (dtype) {
        case Dtype::f64:
            return OnnxType::f64;
        case Dtype::f16:
            return OnnxType::f16;
        case Dtype::bf16:
            return OnnxType::bf16;
        case Dtype::i32:
            return OnnxType::i64;
        case Dtype::i8:
            return OnnxType::i8;
        case Dtype::u8:
            return OnnxType::u8;
        default:
            return OnnxType::f32;
    }
}

/// What the file leaves open in one input, settled by the request.
class Dims {
public:
    explicit Dims(const OnnxRequest& request) : request_(request) {}

    Shape of(const OnnxInput& input) {
        if (!input.has_shape) throw Error("input '" + input.name + "' has no shape; give it one");
        Shape dims;
        double elements = 1;
        for (std::size_t i = 0; i < input.dims.size(); ++i) {
            dims.push_back(size(input, i));
            elements *= static_cast<double>(dims.back());
        }
        if (elements > 0x1p40)
            throw Error("input '" + input.name + "' has more than 2^40 elements");
        return dims;
    }

private:
    std::int64_t size(const OnnxInput& input, std::size_t i) {
        const OnnxDim& dim = input.dims[i];
        if (dim.size > 0) return dim.size;
        const std::size_t rank = input.dims.size();
        std::int64_t asked = 0;
        if (i == 0) {
            asked = request_.batch;
        } else if (const auto found = named_.find(dim.name); found != named_.end()) {
            asked = found->second;
        } else if (rank == 2 && i == 1) {
            asked = request_.tokens;
        } else if (rank == 4 && i >= 2) {
            asked = request_.image;
        }
        if (asked < 1) refuse(input, i);
        if (!dim.name.empty()) named_[dim.name] = asked;
        return asked;
    }

    [[noreturn]] static void refuse(const OnnxInput& input, std::size_t i) {
        const std::string& name = input.dims[i].name;
        const bool square = input.dims.size() == 4 && i >= 2;
        throw Error(fmt::format("input '{}': dimension {}{} is open; {}fix its size in the file",
                                input.name, i, name.empty() ? "" : " ('" + name + "')",
                                square ? "ask for an image of N pixels or " : ""));
    }

    const OnnxRequest& request_;
    std::map<std::string, std::int64_t> named_{};
};

class Importer {
public:
    Importer(const OnnxModel& model, const OnnxRequest& request)
        : model_(model), request_(request), scope_(model.file, request.math) {
        scope_.floats = request.floats;
    }

    Graph import() {
        if (model_.opset < oldest_opset || model_.opset > newest_opset) {
            throw Error(fmt::format("is of opset {}, {} to {} are read; convert it", model_.opset,
                                    oldest_opset, newest_opset));
        }
        const auto nodes = needed_nodes(model_);
        if (const std::string wrong = unsupported(nodes); !wrong.empty()) throw Error(wrong);
        for (const OnnxTensor& each : model_.initializers) scope_.set(each.name, {each, no_value});
        add_inputs();
        for (const OnnxNode* node : nodes) add(*node);
        add_outputs();
        Graph graph = scope_.build.finish();
        bound_indices(graph);
        return graph;
    }

private:
    void add_inputs() {
        Dims dims(request_);
        for (const OnnxInput& input : model_.inputs) {
            if (scope_.has(input.name)) continue;  // an initializer
            if (const auto found = request_.given.find(input.name); found != request_.given.end()) {
                OnnxTensor tensor = found->second;
                tensor.name = input.name;
                scope_.set(input.name, {std::move(tensor), no_value});
                continue;
            }
            if (input.type == OnnxType::undefined)
                throw Error("input '" + input.name + "' is no tensor");
            const Dtype dtype = scope_.dtype_of(input.type);
            FillRule fill{.values = {}};
            if (is_integer(dtype)) fill = {.filling = Filling::below, .scale = 2, .values = {}};
            scope_.set(input.name,
                       {std::nullopt,
                        scope_.build.input(input.name, tensor(dtype, dims.of(input)), fill)});
        }
    }

    void add(const OnnxNode& node) {
        try {
            if (folded(node)) return;
            OnnxCall call(node, model_.opset, scope_);
            onnx_ops::handler_of(node.op)(call);
        } catch (const Error& error) {
            const std::string text = error.what(), name = model_.file + ": ";
            throw Error(label_of(node) + ": " +
                        (text.starts_with(name) ? text.substr(name.size()) : text));
        }
    }

    /// Computes a node whose inputs are all known, by our own operators in double.
    bool folded(const OnnxNode& node) {
        OnnxScope small(model_.file, Math::strict, true);
        std::int64_t elements = 0;
        for (const std::string& name : node.inputs) {
            if (name.empty() || small.has(name)) continue;
            const OnnxValue& value = scope_.at(name);
            if (!value.tensor) return false;
            elements += element_count(value.tensor->dims);
            small.set(name, {value.tensor, no_value});
        }
        if (node.inputs.empty() || elements > most_folded) return false;
        OnnxCall call(node, model_.opset, small);
        onnx_ops::handler_of(node.op)(call);
        return keep_folded(node, small);
    }

    bool keep_folded(const OnnxNode& node, OnnxScope& small) {
        const auto given = small.given;
        std::vector<ValueId> ids;
        for (const std::string& name : node.outputs)
            ids.push_back(name.empty() || !small.has(name) ? no_value : small.at(name).id);
        const Graph graph = small.build.finish();
        constexpr double most_work = 1 << 26;
        if (flop(graph) > most_work || activation_bytes(graph) > 16 * most_folded) return false;
        GraphNumbers numbers = starting_numbers(graph, 1, given);
        evaluate(graph, numbers);
        for (std::size_t i = 0; i < ids.size(); ++i) {
            if (node.outputs[i].empty() || !small.has(node.outputs[i])) continue;
            const OnnxValue& value = small.at(node.outputs[i]);
            if (value.tensor) {
                scope_.set(node.outputs[i], {value.tensor, no_value});
                continue;
            }
            const TensorType& type = graph.values[static_cast<std::size_t>(ids[i])].type;
            OnnxTensor tensor = onnx_tensor(folded_type(type.dtype), type.dims,
                                            elements_of(graph, numbers, ids[i]));
            tensor.name = node.outputs[i];
            scope_.set(node.outputs[i], {std::move(tensor), no_value});
        }
        return true;
    }

    /// An output is memory of its own: what is a constant, an input or a view is copied.
    void add_outputs() {
        for (const std::string& name : model_.outputs) {
            ValueId id = scope_.id_of(name);
            if (!scope_.own.contains(id)) {
                const OnnxNode copy{
                    .name = "", .op = "output", .inputs = {}, .outputs = {name}, .attributes = {}};
                OnnxCall call(copy, model_.opset, scope_);
                id = call.expand(id, scope_.build.dims(id));
            }
            scope_.own.erase(id);
            scope_.build.output(id, name);
        }
    }

    /// Integers that look up rows of a table are drawn within it.
    static void bound_indices(Graph& graph) {
        for (const Node& node : graph.nodes) {
            if (node.op.kind() != OpKind::gather) continue;
            const auto axis = static_cast<std::size_t>(std::get<GatherAttrs>(node.op.attrs).axis);
            const auto id = static_cast<std::size_t>(node.inputs[1]);
            Value& indices = graph.values[static_cast<std::size_t>(graph.values[id].storage)];
            if (indices.kind != ValueKind::input) continue;
            const auto rows = static_cast<double>(node.op.inputs[0].dims[axis]);
            indices.fill.scale =
                indices.fill.scale == 2 ? rows : std::min(indices.fill.scale, rows);
        }
    }

    const OnnxModel& model_;
    const OnnxRequest& request_;
    OnnxScope scope_;
};

}  // namespace

Graph import_onnx(const OnnxModel& model, const OnnxRequest& request) {
    try {
        return Importer(model, request).import();
    } catch (const Error& error) {
        const std::string text = error.what();
        throw Error(text.starts_with(model.file + ": ") ? text : model.file + ": " + text);
    }
}

bool batch_is_open(const OnnxModel& model) {
    std::set<std::string> initial;
    for (const OnnxTensor& each : model.initializers) initial.insert(each.name);
    return std::any_of(model.inputs.begin(), model.inputs.end(), [&](const OnnxInput& input) {
        return !initial.contains(input.name) && !input.dims.empty() && input.dims[0].size == 0;
    });
}

}  // namespace assay
