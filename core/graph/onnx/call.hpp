// SPDX-License-Identifier: Apache-2.0
// One ONNX node as its row in the table of operators sees it: inputs, attributes, and the means to
// add our nodes for it. Every refusal names the node. Private to core/graph/onnx.
#pragma once

#include <string>
#include <vector>

#include "core/graph/onnx/scope.hpp"

namespace assay {

using Integers = std::vector<std::int64_t>;

class OnnxCall {
public:
    OnnxCall(const OnnxNode& of, std::int64_t version, OnnxScope& scope)
        : node(of), opset(version), scope_(scope) {}

    [[noreturn]] void refuse(const std::string& what) const;

    // Inputs.
    [[nodiscard]] std::size_t inputs() const { return node.inputs.size(); }
    [[nodiscard]] bool has(std::size_t i) const;
    [[nodiscard]] bool known(std::size_t i) const;
    [[nodiscard]] Dtype dtype(std::size_t i) const;
    [[nodiscard]] const Shape& dims(std::size_t i) const;
    [[nodiscard]] std::size_t rank(std::size_t i) const { return dims(i).size(); }
    /// In memory; no_value for an absent one.
    ValueId value(std::size_t i);
    /// What must be known before the run.
    [[nodiscard]] const OnnxTensor& tensor(std::size_t i) const;
    [[nodiscard]] std::vector<double> numbers(std::size_t i) const;
    [[nodiscard]] Integers integers(std::size_t i) const;
    /// The only element.
    [[nodiscard]] double number(std::size_t i) const;

    // Attributes.
    [[nodiscard]] bool has_attribute(const char* name) const;
    [[nodiscard]] std::int64_t integer(const char* attribute, std::int64_t otherwise) const;
    [[nodiscard]] double real(const char* attribute, double otherwise) const;
    [[nodiscard]] std::string text(const char* attribute, const char* otherwise) const;
    [[nodiscard]] Integers list(const char* attribute) const;  ///< Empty: absent.
    /// An input from opset `since` on, an attribute before; empty: absent.
    [[nodiscard]] Integers integers(const char* attribute, std::size_t input) const;
    [[nodiscard]] bool wants(std::size_t output) const;

    /// 0 … rank - 1, from a number that may count from the end.
    [[nodiscard]] std::size_t axis(std::int64_t given, std::size_t rank) const;

    // Our nodes.
    ValueId add(OpAttrs attrs, const std::vector<ValueId>& inputs, Dtype dtype = Dtype::none);
    std::vector<ValueId> add_two(OpAttrs attrs, const std::vector<ValueId>& inputs);
    /// Of the dims that are given where an operator leaves them to the caller.
    ValueId make(OpAttrs attrs, const std::vector<ValueId>& inputs, Shape dims);
    ValueId apply(Function function, const std::vector<ValueId>& operands);
    ValueId apply(const ElementwiseAttrs& attrs, const std::vector<ValueId>& operands);
    /// factor x + offset.
    ValueId linear(ValueId x, double factor, double offset);
    ValueId reshape(ValueId x, Shape dims);
    ValueId convert(ValueId x, Dtype dtype);  ///< x itself when it is of that type.
    ValueId transpose(ValueId x, const Integers& order);
    ValueId expand(ValueId x, Shape dims);
    /// `count` elements of `axis` from `begin` on.
    ValueId part(ValueId x, std::size_t axis, std::int64_t begin, std::int64_t count);
    ValueId scalar(double number, Dtype dtype);
    ValueId constant(const OnnxTensor& tensor);
    ValueId filled(TensorType type, double number);  ///< A constant that is all `number`.

    [[nodiscard]] Dtype dtype_of(ValueId id) const { return type_of(id).dtype; }
    [[nodiscard]] const Shape& dims_of(ValueId id) const { return type_of(id).dims; }
    /// Of a number of TensorProto.DataType.
    [[nodiscard]] Dtype dtype_numbered(std::int64_t onnx_type) const;

    // Outputs.
    void give(ValueId id, std::size_t output = 0);
    void give(OnnxTensor tensor, std::size_t output = 0);

    const OnnxNode& node;
    const std::int64_t opset;

private:
    [[nodiscard]] const TensorType& type_of(ValueId id) const;
    std::string next_name();
    std::string next_constant();
    template <class T>
    [[nodiscard]] const T* attribute(const char* name) const;

    OnnxScope& scope_;
    int parts_ = 0, constants_ = 0;
};

/// "Conv 'conv1'".
std::string label_of(const OnnxNode& node);

}  // namespace assay
