// SPDX-License-Identifier: Apache-2.0
// An ONNX file as plain structs, read and bounded, not yet understood: what its nodes mean is
// import.hpp's. Names and numbers are those of onnx.proto (ONNX 1.12, IR 8).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/workload/op.hpp"

namespace assay {

/// TensorProto.DataType; other numbers are refused where they are used.
enum class OnnxType : std::int32_t {
    undefined = 0,
    f32 = 1,
    u8 = 2,
    i8 = 3,
    u16 = 4,
    i16 = 5,
    i32 = 6,
    i64 = 7,
    string = 8,
    boolean = 9,
    f16 = 10,
    f64 = 11,
    u32 = 12,
    u64 = 13,
    complex64 = 14,
    complex128 = 15,
    bf16 = 16,
};

/// A tensor whose elements are in the file (or were computed from such). A size may be 0.
struct OnnxTensor {
    std::string name;
    OnnxType type = OnnxType::undefined;
    Shape dims;
    std::shared_ptr<const std::string> bytes;  ///< Packed, little-endian; never null once read.
};

/// An attribute of a node; monostate: of a kind that no supported operator has (a graph).
using OnnxAttribute =
    std::variant<std::monostate, std::int64_t, double, std::string, std::vector<std::int64_t>,
                 std::vector<double>, std::vector<std::string>, OnnxTensor>;

struct OnnxNode {
    std::string name;
    std::string op;                            ///< "Conv"; of another domain "com.microsoft.Gelu".
    std::vector<std::string> inputs, outputs;  ///< "": an optional one that is absent.
    std::map<std::string, OnnxAttribute> attributes;
    std::vector<std::string> inner{};  ///< Operators of the graphs in its attributes (of an If).
};

/// A dimension of an input: a size, or open, with or without a name.
struct OnnxDim {
    std::int64_t size = 0;  ///< 0: open.
    std::string name;
};

struct OnnxInput {
    std::string name;
    OnnxType type = OnnxType::undefined;  ///< undefined: it is no tensor (a sequence).
    bool has_shape = false;
    std::vector<OnnxDim> dims;
};

struct OnnxModel {
    std::string file;      ///< For messages.
    std::string producer;  ///< "pytorch 1.12".
    std::int64_t opset = 0;
    std::vector<OnnxInput> inputs;  ///< Initializers may be among them.
    std::vector<std::string> outputs;
    std::vector<OnnxInput> output_types;  ///< Of the outputs, for a writer; readers leave it empty.
    std::vector<OnnxTensor> initializers;
    std::vector<OnnxNode> nodes;
};

/// "float16" as ONNX calls it; "type 77".
std::string onnx_name(OnnxType type);
/// Bytes of one element; 0 where elements are of no fixed size or are not supported.
std::uint64_t onnx_element_bytes(OnnxType type);
/// What its elements are for us: 64-bit and 16-bit integers are i32, booleans u8. none: nothing.
Dtype onnx_dtype(OnnxType type);

/// The elements, in row-major order. 64-bit integers beyond 2^53 lose digits.
std::vector<double> onnx_numbers(const OnnxTensor& tensor);
/// A tensor of these elements, which are converted as a C cast does, saturating.
OnnxTensor onnx_tensor(OnnxType type, Shape dims, const std::vector<double>& numbers);

}  // namespace assay
