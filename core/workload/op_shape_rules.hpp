// SPDX-License-Identifier: Apache-2.0
// One rule for each operator: from its inputs to the dims and default types of its outputs.
// Private to workload.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/workload/op.hpp"

namespace assay::shapes {

/// What the outputs must be. Rules are asked after the general checks (ranks, counts, sizes).
using Outputs = std::vector<TensorType>;
using Rule = std::string (*)(const Op& op, Outputs& outputs);

std::string matmul(const Op& op, Outputs& outputs);
std::string grouped_matmul(const Op& op, Outputs& outputs);
std::string conv(const Op& op, Outputs& outputs);
std::string pool(const Op& op, Outputs& outputs);
std::string resize(const Op& op, Outputs& outputs);
std::string attention(const Op& op, Outputs& outputs);
std::string rope(const Op& op, Outputs& outputs);
std::string scatter(const Op& op, Outputs& outputs);
std::string gather(const Op& op, Outputs& outputs);
std::string softmax(const Op& op, Outputs& outputs);
std::string norm(const Op& op, Outputs& outputs);
std::string elementwise(const Op& op, Outputs& outputs);
std::string reduce(const Op& op, Outputs& outputs);
std::string topk(const Op& op, Outputs& outputs);
std::string copy(const Op& op, Outputs& outputs);
std::string convert(const Op& op, Outputs& outputs);

/// What input i of an operator is called: "W", "bias".
std::string_view input_name(OpKind kind, std::size_t i);

/// The dims of input i.
inline const Shape& dims(const Op& op, std::size_t i) {
    return op.inputs.at(i).dims;
}
/// The dims the caller has already given to output 0; empty: none, or a scalar.
Shape given(const Op& op);
/// A dense tensor, as a rule demands it.
inline TensorType tensor(Dtype dtype, Shape dims) {
    TensorType type;
    type.dtype = dtype;
    type.dims = std::move(dims);
    return type;
}
/// numpy's broadcasting, or nothing where two sizes differ and none is 1.
std::optional<Shape> broadcast(const Shape& a, const Shape& b);
/// Whether `from` broadcasts to exactly `to`.
bool broadcasts_to(const Shape& from, const Shape& to);
/// "" or "bias is 3, must be 4": input i, if present, must have these dims.
std::string wants(const Op& op, std::size_t i, const Shape& dims);
/// "" or what is wrong: input i, if present, holds i32 numbers.
std::string wants_i32(const Op& op, std::size_t i);
/// "" or what is wrong: input `scales` holds the scales of `type` when, and only when, it has some.
std::string wants_scales(const Op& op, const TensorType& type, std::size_t scales);
/// The first of several that is not "".
std::string first_of(std::initializer_list<std::string> wrongs);
/// "" or "axis 4 is not one of 4 dimensions".
std::string wants_axis(int axis, std::size_t rank);
/// What products of a and b are stored as by default: i32 for integers, f32 for scaled ones.
Dtype product_dtype(const TensorType& a, const TensorType& b);
/// "" or what is wrong: floating products, or curved activations, in an integer result.
std::string wrong_result(const Op& op, Activation activation);

}  // namespace assay::shapes
