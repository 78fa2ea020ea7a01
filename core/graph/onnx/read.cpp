// SPDX-License-Identifier: Apache-2.0
#include "core/graph/onnx/read.hpp"

#include <cmath>
#include <cstring>

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <onnx/onnx_pb.h>

#include "core/base/error.hpp"

namespace assay {
namespace {

// Chosen: some ten times what published models have.
constexpr int most_nodes = 100000, most_tensors = 100000, most_names = 4096;
constexpr int deepest = 24;  // messages in messages; a model without subgraphs has 8
constexpr std::int64_t most_elements = std::int64_t{1} << 40;

class Reader {
public:
    explicit Reader(const std::string& file) : file_(file) {}

    [[noreturn]] void refuse(const std::string& what) const { throw Error(file_ + ": " + what); }

    void bound(int count, int most, const char* what) const {
        if (count > most) refuse(fmt::format("has {} {}, at most {} are read", count, what, most));
    }

    template <class Proto>
    Proto parse(std::string_view bytes, const char* what) const {
        if (bytes.size() >= std::size_t{1} << 31) refuse("is 2 GiB or more: no protobuf message");
        google::protobuf::io::ArrayInputStream stream(bytes.data(), static_cast<int>(bytes.size()));
        google::protobuf::io::CodedInputStream coded(&stream);
        coded.SetRecursionLimit(deepest);
        Proto proto;
        const bool good = proto.ParseFromCodedStream(&coded) && coded.ConsumedEntireMessage();
        if (!good) refuse(fmt::format("is no ONNX {}, or is cut or damaged", what));
        return proto;
    }

    OnnxModel model(onnx::ModelProto& proto) const {
        OnnxModel model;
        model.file = file_;
        model.producer = proto.producer_name() + " " + proto.producer_version();
        if (!proto.has_graph() || proto.graph().node_size() == 0) refuse("has no nodes");
        if (proto.functions_size() > 0) refuse("defines functions of its own; inline them");
        for (const auto& each : proto.opset_import()) {
            if (each.domain().empty() || each.domain() == "ai.onnx") model.opset = each.version();
        }
        read_graph(*proto.mutable_graph(), model);
        return model;
    }

    /// Takes the data out of `proto`.
    OnnxTensor tensor(onnx::TensorProto& proto) const {
        OnnxTensor tensor;
        tensor.name = proto.name();
        tensor.type = static_cast<OnnxType>(proto.data_type());
        if (proto.external_data_size() > 0 ||
            proto.data_location() == onnx::TensorProto_DataLocation_EXTERNAL) {
            refuse("tensor '" + tensor.name +
                   "' keeps its data in another file, which is not read; save the model with its "
                   "data inside");
        }
        if (proto.has_segment()) refuse("tensor '" + tensor.name + "' is in segments");
        const std::uint64_t count = elements(proto, tensor.dims);
        std::string bytes;
        if (proto.has_raw_data()) {
            bytes = std::move(*proto.mutable_raw_data());
        } else {
            append_typed(proto, tensor.type, bytes);
        }
        require_size(tensor, count, bytes.size());
        tensor.bytes = std::make_shared<const std::string>(std::move(bytes));
        return tensor;
    }

private:
    void read_graph(onnx::GraphProto& graph, OnnxModel& model) const {
        bound(graph.node_size(), most_nodes, "nodes");
        bound(graph.initializer_size(), most_tensors, "initializers");
        bound(graph.input_size(), most_tensors, "inputs");
        bound(graph.output_size(), most_names, "outputs");
        if (graph.sparse_initializer_size() > 0) refuse("has sparse initializers");
        for (auto& each : *graph.mutable_initializer()) model.initializers.push_back(tensor(each));
        for (const auto& each : graph.input()) model.inputs.push_back(input(each));
        for (const auto& each : graph.output()) model.outputs.push_back(each.name());
        for (auto& each : *graph.mutable_node()) model.nodes.push_back(node(each));
    }

    [[nodiscard]] OnnxInput input(const onnx::ValueInfoProto& proto) const {
        OnnxInput input;
        input.name = proto.name();
        if (!proto.type().has_tensor_type()) return input;
        const auto& type = proto.type().tensor_type();
        input.type = static_cast<OnnxType>(type.elem_type());
        input.has_shape = type.has_shape();
        bound(type.shape().dim_size(), max_rank, "dimensions of an input");
        for (const auto& each : type.shape().dim()) {
            if (each.has_dim_value() && (each.dim_value() < 0 || each.dim_value() > most_elements))
                refuse(fmt::format("input '{}' has a size of {}", input.name, each.dim_value()));
            input.dims.push_back({each.has_dim_value() ? each.dim_value() : 0, each.dim_param()});
        }
        return input;
    }

    OnnxNode node(onnx::NodeProto& proto) const {
        bound(proto.input_size(), most_names, "inputs of a node");
        bound(proto.output_size(), most_names, "outputs of a node");
        bound(proto.attribute_size(), most_names, "attributes of a node");
        OnnxNode node;
        node.name = proto.name();
        node.op = operator_of(proto);
        node.inputs.assign(proto.input().begin(), proto.input().end());
        node.outputs.assign(proto.output().begin(), proto.output().end());
        for (auto& each : *proto.mutable_attribute()) {
            if (each.has_g()) add_operators(each.g(), node.inner);
            node.attributes[each.name()] = attribute(each);
        }
        return node;
    }

    /// All of a graph that is an attribute, graphs in it included: only to be named.
    static void add_operators(const onnx::GraphProto& graph, std::vector<std::string>& operators) {
        for (const auto& node : graph.node()) {
            operators.push_back(operator_of(node));
            for (const auto& each : node.attribute())
                if (each.has_g()) add_operators(each.g(), operators);
        }
    }

    static std::string operator_of(const onnx::NodeProto& proto) {
        const bool standard = proto.domain().empty() || proto.domain() == "ai.onnx";
        return standard ? proto.op_type() : proto.domain() + "." + proto.op_type();
    }

    OnnxAttribute attribute(onnx::AttributeProto& proto) const {
        const auto list = [](const auto& from, auto into) {
            into.assign(from.begin(), from.end());
            return into;
        };
        switch (proto.type()) {
            case onnx::AttributeProto::INT:
                return std::int64_t{proto.i()};
            case onnx::AttributeProto::FLOAT:
                return double{proto.f()};
            case onnx::AttributeProto::STRING:
                return proto.s();
            case onnx::AttributeProto::INTS:
                return list(proto.ints(), std::vector<std::int64_t>());
            case onnx::AttributeProto::FLOATS:
                return list(proto.floats(), std::vector<double>());
            case onnx::AttributeProto::STRINGS:
                return list(proto.strings(), std::vector<std::string>());
            case onnx::AttributeProto::TENSOR:
                return tensor(*proto.mutable_t());
            default:
                return std::monostate{};
        }
    }

    std::uint64_t elements(const onnx::TensorProto& proto, Shape& dims) const {
        bound(proto.dims_size(), max_rank, "dimensions of a tensor");
        std::uint64_t count = 1;
        for (const std::int64_t size : proto.dims()) {
            const auto most = static_cast<std::uint64_t>(most_elements);
            const bool fits = size >= 0 && size <= most_elements &&
                              (size == 0 || count <= most / static_cast<std::uint64_t>(size));
            if (!fits) refuse(fmt::format("tensor '{}' has a size of {}", proto.name(), size));
            count *= static_cast<std::uint64_t>(size);
            dims.push_back(size);
        }
        return count;
    }

    template <class As, class List>
    static void append_as(const List& list, std::string& bytes) {
        bytes.reserve(static_cast<std::size_t>(list.size()) * sizeof(As));
        for (const auto each : list) {
            const auto value = static_cast<As>(each);
            bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
        }
    }

    /// Elements in the field of their type; narrow ones are in int32_data (onnx.proto).
    static void append_typed(const onnx::TensorProto& proto, OnnxType type, std::string& bytes) {
        switch (type) {
            case OnnxType::f32:
                return append_as<float>(proto.float_data(), bytes);
            case OnnxType::f64:
                return append_as<double>(proto.double_data(), bytes);
            case OnnxType::i64:
                return append_as<std::int64_t>(proto.int64_data(), bytes);
            default:
                break;
        }
        switch (onnx_element_bytes(type)) {
            case 1:
                return append_as<std::uint8_t>(proto.int32_data(), bytes);
            case 2:
                return append_as<std::uint16_t>(proto.int32_data(), bytes);
            case 4:
                return append_as<std::int32_t>(proto.int32_data(), bytes);
            default:
                return;
        }
    }

    /// What is of no type of ours is refused where it is used, not here.
    void require_size(const OnnxTensor& tensor, std::uint64_t count, std::size_t bytes) const {
        const std::uint64_t each = onnx_element_bytes(tensor.type);
        if (each == 0 || bytes == count * each) return;
        refuse(fmt::format("tensor '{}' ({} of {}) has {} bytes of data, needs {}", tensor.name,
                           text_of(tensor.dims), onnx_name(tensor.type), bytes, count * each));
    }

    const std::string& file_;
};

}  // namespace

bool onnx_is_there() {
    return true;
}

OnnxModel read_onnx(std::string_view bytes, const std::string& file) {
    const Reader reader(file);
    auto proto = reader.parse<onnx::ModelProto>(bytes, "model");
    return reader.model(proto);
}

OnnxTensor read_onnx_tensor(std::string_view bytes, const std::string& file) {
    const Reader reader(file);
    auto proto = reader.parse<onnx::TensorProto>(bytes, "tensor");
    return reader.tensor(proto);
}

}  // namespace assay
