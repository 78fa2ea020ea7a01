// SPDX-License-Identifier: Apache-2.0
// ONNX files made byte by byte, for tests that need one of a certain kind: the wire format of
// protobuf and the field numbers of onnx.proto. Nothing is checked.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace assay::test {

/// One message: fields in the order they are added.
class Message {
public:
    Message& number(unsigned field, std::uint64_t value) {
        varint(field << 3U);
        varint(value);
        return *this;
    }
    Message& text(unsigned field, const std::string& bytes) {
        varint(field << 3U | 2U);
        varint(bytes.size());
        bytes_ += bytes;
        return *this;
    }
    Message& message(unsigned field, const Message& inner) { return text(field, inner.bytes_); }
    [[nodiscard]] const std::string& bytes() const { return bytes_; }

private:
    void varint(std::uint64_t value) {
        for (; value > 127; value >>= 7U) bytes_ += static_cast<char>((value & 127U) | 128U);
        bytes_ += static_cast<char>(value);
    }
    std::string bytes_;
};

inline std::string raw(const std::vector<float>& numbers) {
    std::string bytes(numbers.size() * sizeof(float), '\0');
    std::memcpy(bytes.data(), numbers.data(), bytes.size());
    return bytes;
}

/// A float initializer.
inline Message onnx_tensor_of(const std::string& name, const std::vector<std::int64_t>& dims,
                              const std::vector<float>& numbers) {
    Message tensor;
    for (const std::int64_t size : dims) tensor.number(1, static_cast<std::uint64_t>(size));
    return tensor.number(2, 1).text(8, name).text(9, raw(numbers));
}

/// An input of floats; a size of 0 is open, and is called "open".
inline Message onnx_input(const std::string& name, const std::vector<std::int64_t>& dims) {
    Message shape;
    for (const std::int64_t size : dims) {
        Message dim;
        size == 0 ? dim.text(2, "open") : dim.number(1, static_cast<std::uint64_t>(size));
        shape.message(1, dim);
    }
    const Message tensor = Message().number(1, 1).message(2, shape);
    return Message().text(1, name).message(2, Message().message(1, tensor));
}

inline Message onnx_node(const std::string& op, const std::vector<std::string>& inputs,
                         const std::string& output) {
    Message node;
    for (const std::string& each : inputs) node.text(1, each);
    return node.text(2, output).text(4, op);
}

/// A model of opset 13 from nodes, inputs and initializers; its output is "y".
inline std::string onnx_file(const std::vector<Message>& nodes, const std::vector<Message>& inputs,
                             const std::vector<Message>& initializers, std::uint64_t opset = 13) {
    Message graph;
    for (const Message& each : nodes) graph.message(1, each);
    for (const Message& each : initializers) graph.message(5, each);
    for (const Message& each : inputs) graph.message(11, each);
    graph.message(12, Message().text(1, "y"));
    return Message().number(1, 8).message(7, graph).message(8, Message().number(2, opset)).bytes();
}

/// y = relu(x W + b): x is [open, 3], W [3, 2].
inline std::string small_onnx() {
    return onnx_file({onnx_node("Gemm", {"x", "w", "b"}, "h"), onnx_node("Relu", {"h"}, "y")},
                     {onnx_input("x", {0, 3})},
                     {onnx_tensor_of("w", {3, 2}, {1, -2, 3, 0.5, 0.25, -1}),
                      onnx_tensor_of("b", {2}, {0.5, -0.125})});
}

}  // namespace assay::test
