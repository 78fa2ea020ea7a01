// SPDX-License-Identifier: Apache-2.0
// Makes the nodes and constants of an ONNX file one by one, and knows the type and the sizes of
// each tensor. Private to core/graph/onnx.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/graph/onnx/onnx_model.hpp"

namespace assay::onnx_export {

using Integers = std::vector<std::int64_t>;
using Attributes = std::map<std::string, OnnxAttribute>;

/// A tensor of the file; of type undefined: an optional one that is absent.
struct Tensor {
    std::string name;
    OnnxType type = OnnxType::undefined;
    Shape dims;

    [[nodiscard]] bool present() const { return type != OnnxType::undefined; }
    [[nodiscard]] std::int64_t rank() const { return static_cast<std::int64_t>(dims.size()); }
};
using Tensors = std::vector<Tensor>;

bool is_floating(OnnxType type);
/// float16 or bfloat16, in which sums of many terms lose too much.
bool is_narrow(OnnxType type);
/// The type in file of values that a graph computes. Throws Error for one that opset 17 lacks.
OnnxType type_in_file(Dtype dtype);

/// Part of one dimension.
struct Piece {
    std::int64_t axis = 0, begin = 0, end = 0;
};

class Emitter {
public:
    explicit Emitter(const std::string& name);

    /// Names of what follows begin with this.
    void begin(const std::string& node) { base_ = node; }
    /// An identifier (C90, as ONNX asks) like the text, that is not in use yet.
    std::string unused(std::string_view text);

    /// Names of inputs and outputs are those of unused().
    Tensor input(const std::string& name, OnnxType type, const Shape& dims);
    void output(const Tensor& tensor, const std::string& name);
    /// Its name is made unused.
    Tensor initializer(OnnxTensor tensor);

    /// A node with one output.
    Tensor add(const char* op, const Tensors& inputs, const Tensor& like,
               Attributes attributes = {});
    /// The same with several, each of a type and sizes.
    Tensors add_all(const char* op, const Tensors& inputs, Tensors like,
                    Attributes attributes = {});

    /// A node whose output is like its input.
    Tensor unary(const char* op, const Tensor& x, Attributes attributes = {});
    /// A node of two that broadcast; of the type of the first.
    Tensor binary(const char* op, const Tensor& x, const Tensor& y);
    /// The same, of booleans.
    Tensor compare(const char* op, const Tensor& x, const Tensor& y);
    Tensor where(const Tensor& condition, const Tensor& x, const Tensor& y);
    Tensor binary(const char* op, const Tensor& x, double y) {
        return binary(op, x, scalar(x.type, y));
    }
    /// Over one axis, which stays as 1.
    Tensor reduce_mean(const Tensor& x, std::int64_t axis);

    // The tensor itself where there is nothing to do.
    Tensor cast(const Tensor& x, OnnxType type);
    Tensor reshape(const Tensor& x, const Shape& dims);
    Tensor transpose(const Tensor& x, const Integers& order);
    /// The last two dimensions change places.
    Tensor transposed(const Tensor& x);
    Tensor slice(const Tensor& x, const std::vector<Piece>& pieces);
    Tensor concat(const Tensors& parts, std::int64_t axis);

    // Constants, each once in the file.
    Tensor scalar(OnnxType type, double number) { return constant(type, {}, {number}); }
    Tensor constant(OnnxType type, const Shape& dims, const std::vector<double>& numbers);
    Tensor list(const Integers& numbers);
    /// 0, 1, 2 … count - 1, plus `first`.
    Tensor counting(OnnxType type, const Shape& dims, double first = 0);

    /// What `make` gave when it was called for this key the first time.
    Tensor once(const std::string& key, const std::function<Tensor()>& make);

    OnnxModel model;

private:
    std::string base_;
    std::set<std::string> used_;
    std::map<std::string, Tensor> pool_;
};

}  // namespace assay::onnx_export
