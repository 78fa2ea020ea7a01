// SPDX-License-Identifier: Apache-2.0
// The words in which the rules of op_shape_rules.hpp are said.
#include <algorithm>

#include <fmt/format.h>

#include "core/workload/names.hpp"
#include "core/workload/op_shape_rules.hpp"

namespace assay::shapes {

Shape given(const Op& op) {
    return op.outputs.empty() ? Shape{} : op.outputs.front().dims;
}

std::optional<Shape> broadcast(const Shape& a, const Shape& b) {
    Shape wide = a.size() >= b.size() ? a : b;
    const Shape& slim = a.size() >= b.size() ? b : a;
    const std::size_t shift = wide.size() - slim.size();
    for (std::size_t i = 0; i < slim.size(); ++i) {
        std::int64_t& size = wide[i + shift];
        if (size != slim[i] && size != 1 && slim[i] != 1) return std::nullopt;
        size = std::max(size, slim[i]);
    }
    return wide;
}

bool broadcasts_to(const Shape& from, const Shape& to) {
    const auto both = broadcast(from, to);
    return both && *both == to;
}

std::string wants(const Op& op, std::size_t i, const Shape& dims) {
    if (!op.has(i) || op.inputs[i].dims == dims) return "";
    return fmt::format("{} is {}, must be {}", input_name(op.kind(), i), text_of(op.inputs[i].dims),
                       text_of(dims));
}

std::string wants_i32(const Op& op, std::size_t i) {
    if (!op.has(i) || op.inputs[i].dtype == Dtype::i32) return "";
    return fmt::format("{} must be i32, is {}", input_name(op.kind(), i), name(op.inputs[i].dtype));
}

std::string wants_scales(const Op& op, const TensorType& type, std::size_t scales) {
    const std::string_view which = input_name(op.kind(), scales);
    if (type.scaling == Scaling::none) {
        return op.has(scales) ? fmt::format("{} are given, but nothing says what they scale", which)
                              : "";
    }
    if (!op.has(scales)) return fmt::format("{} are missing", which);
    const bool one = type.scaling == Scaling::tensor && element_count(op.inputs[scales].dims) == 1;
    return one ? "" : wants(op, scales, scale_dims(type));
}

std::string first_of(std::initializer_list<std::string> wrongs) {
    for (const std::string& wrong : wrongs) {
        if (!wrong.empty()) return wrong;
    }
    return "";
}

std::string wants_axis(int axis, std::size_t rank) {
    if (axis >= 0 && static_cast<std::size_t>(axis) < rank) return "";
    return fmt::format("axis {} is not one of {} dimensions", axis, rank);
}

Dtype product_dtype(const TensorType& a, const TensorType& b) {
    if (!is_integer(a.dtype)) return a.dtype;
    if (!is_integer(b.dtype)) return b.dtype;
    return a.scaling == Scaling::none && b.scaling == Scaling::none ? Dtype::i32 : Dtype::f32;
}

std::string wrong_result(const Op& op, Activation activation) {
    if (op.outputs.empty() || !is_integer(op.outputs[0].dtype)) return "";
    for (std::size_t i = 0; i < 2; ++i) {
        if (is_integer(op.inputs[i].dtype) && op.inputs[i].scaling == Scaling::none) continue;
        return fmt::format("a result of {} needs unscaled integer operands, {} is {}",
                           name(op.outputs[0].dtype), input_name(op.kind(), i),
                           name(op.inputs[i].dtype));
    }
    if (activation == Activation::none || activation == Activation::relu) return "";
    return fmt::format("activation {} needs a floating result, it is {}", name(activation),
                       name(op.outputs[0].dtype));
}

}  // namespace assay::shapes
