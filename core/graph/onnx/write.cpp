// SPDX-License-Identifier: Apache-2.0
#include "core/graph/onnx/write.hpp"

#include <onnx/onnx_pb.h>

#include "core/base/error.hpp"

namespace assay {
namespace {

constexpr std::int64_t ir_version = 8;  // of ONNX 1.12, whose newest opset is 17

void put(const OnnxTensor& tensor, onnx::TensorProto& proto) {
    proto.set_name(tensor.name);
    proto.set_data_type(static_cast<std::int32_t>(tensor.type));
    for (const std::int64_t size : tensor.dims) proto.add_dims(size);
    proto.set_raw_data(*tensor.bytes);
}

/// Writes the alternative that an attribute holds.
struct PutAttribute {
    onnx::AttributeProto& proto;

    void operator()(std::monostate) const { throw Error("an attribute without a value"); }
    void operator()(std::int64_t value) const {
        proto.set_type(onnx::AttributeProto::INT);
        proto.set_i(value);
    }
    void operator()(double value) const {
        proto.set_type(onnx::AttributeProto::FLOAT);
        proto.set_f(static_cast<float>(value));
    }
    void operator()(const std::string& value) const {
        proto.set_type(onnx::AttributeProto::STRING);
        proto.set_s(value);
    }
    void operator()(const std::vector<std::int64_t>& values) const {
        proto.set_type(onnx::AttributeProto::INTS);
        for (const std::int64_t each : values) proto.add_ints(each);
    }
    void operator()(const std::vector<double>& values) const {
        proto.set_type(onnx::AttributeProto::FLOATS);
        for (const double each : values) proto.add_floats(static_cast<float>(each));
    }
    void operator()(const std::vector<std::string>& values) const {
        proto.set_type(onnx::AttributeProto::STRINGS);
        for (const std::string& each : values) proto.add_strings(each);
    }
    void operator()(const OnnxTensor& value) const {
        proto.set_type(onnx::AttributeProto::TENSOR);
        put(value, *proto.mutable_t());
    }
};

void put(const OnnxNode& node, onnx::NodeProto& proto) {
    proto.set_name(node.name);
    proto.set_op_type(node.op);
    for (const std::string& each : node.inputs) proto.add_input(each);
    for (const std::string& each : node.outputs) proto.add_output(each);
    for (const auto& [name, value] : node.attributes) {
        onnx::AttributeProto& attribute = *proto.add_attribute();
        attribute.set_name(name);
        std::visit(PutAttribute{attribute}, value);
    }
}

void put(const OnnxInput& input, onnx::ValueInfoProto& proto) {
    proto.set_name(input.name);
    auto& type = *proto.mutable_type()->mutable_tensor_type();
    type.set_elem_type(static_cast<std::int32_t>(input.type));
    type.mutable_shape();  // of a scalar too
    for (const OnnxDim& each : input.dims) {
        auto& dim = *type.mutable_shape()->add_dim();
        if (each.size > 0) {
            dim.set_dim_value(each.size);
        } else if (!each.name.empty()) {
            dim.set_dim_param(each.name);
        }
    }
}

}  // namespace

std::string write_onnx(OnnxModel model) {
    onnx::ModelProto proto;
    proto.set_ir_version(ir_version);
    proto.set_producer_name(model.producer);
    proto.add_opset_import()->set_version(model.opset);
    onnx::GraphProto& graph = *proto.mutable_graph();
    graph.set_name(model.file);
    for (const OnnxNode& each : model.nodes) put(each, *graph.add_node());
    for (OnnxTensor& each : model.initializers) {
        put(each, *graph.add_initializer());
        each.bytes.reset();
    }
    for (const OnnxInput& each : model.inputs) put(each, *graph.add_input());
    for (const OnnxInput& each : model.output_types) put(each, *graph.add_output());
    std::string bytes;
    if (proto.ByteSizeLong() >= std::size_t{1} << 31U || !proto.SerializeToString(&bytes))
        throw Error(model.file + ": is 2 GiB or more, which an ONNX file cannot hold");
    return bytes;
}

}  // namespace assay
