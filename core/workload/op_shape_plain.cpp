// SPDX-License-Identifier: Apache-2.0
// Rules of operators on rows and on elements, and of those that move elements.
#include <algorithm>

#include <fmt/format.h>

#include "core/workload/names.hpp"
#include "core/workload/op_shape_rules.hpp"

namespace assay::shapes {

std::string softmax(const Op& op, Outputs& outputs) {
    outputs = {tensor(op.inputs[0].dtype, dims(op, 0))};
    return wants_axis(std::get<SoftmaxAttrs>(op.attrs).axis, dims(op, 0).size());
}

std::string norm(const Op& op, Outputs& outputs) {
    const auto& attrs = std::get<NormAttrs>(op.attrs);
    const Shape& x = dims(op, 0);
    const bool rows = attrs.kind == NormKind::layer || attrs.kind == NormKind::rms;
    const bool batch = attrs.kind == NormKind::batch;
    if (attrs.kind == NormKind::none) return "kind must be layer, rms, group or batch";
    if (x.size() < (rows ? 1U : 2U)) return fmt::format("X is {}: too few dims", text_of(x));
    const std::int64_t width = rows ? x.back() : x[1];
    const bool divides = attrs.groups >= 1 && width % attrs.groups == 0;
    if (attrs.kind == NormKind::group && !divides) {
        return fmt::format("{} groups do not divide {} channels", attrs.groups, width);
    }
    if (op.has(4) != batch || op.has(5) != batch) {
        return "mean and variance belong to a batch norm, and to no other";
    }
    outputs = {tensor(op.inputs[0].dtype, x)};
    if (op.outputs.size() == 2 && op.has(3)) outputs.push_back(outputs[0]);
    return first_of({wants(op, 1, {width}), wants(op, 2, {width}), wants(op, 3, x),
                     wants(op, 4, {width}), wants(op, 5, {width})});
}

std::string elementwise(const Op& op, Outputs& outputs) {
    const auto& attrs = std::get<ElementwiseAttrs>(op.attrs);
    const auto needed = static_cast<std::size_t>(operand_count(attrs.function));
    if (needed == 0) return "a function must be named";
    std::optional<Shape> d = dims(op, 0);
    for (std::size_t i = 0; i < std::max<std::size_t>(op.inputs.size(), needed); ++i) {
        if (op.has(i) != (i < needed)) return fmt::format("takes {} operands", needed);
        if (!op.has(i)) continue;
        d = broadcast(*d, dims(op, i));
        if (!d) return fmt::format("{} does not broadcast", text_of(dims(op, i)));
    }
    const Function f = attrs.function;
    const bool truths = f >= Function::equal && f <= Function::logical_or;
    const Dtype dtype = op.inputs[f == Function::where ? 1 : 0].dtype;
    outputs = {tensor(truths ? Dtype::u8 : dtype, *d)};
    return "";
}

namespace {

std::string wrong_axes(const std::vector<int>& axes, std::size_t rank) {
    if (axes.empty()) return "needs the axes that it reduces";
    for (std::size_t i = 0; i < axes.size(); ++i) {
        if (std::string wrong = wants_axis(axes[i], rank); !wrong.empty()) return wrong;
        if (i > 0 && axes[i] <= axes[i - 1]) return "axes must be ascending";
    }
    return "";
}

}  // namespace

std::string reduce(const Op& op, Outputs& outputs) {
    const auto& attrs = std::get<ReduceAttrs>(op.attrs);
    if (attrs.function == Reduction::none) return "a function must be named";
    const bool arg = attrs.function == Reduction::argmax || attrs.function == Reduction::argmin;
    if (arg && attrs.axes.size() != 1) return "argmax and argmin are of one axis";
    Shape y = dims(op, 0);
    if (std::string wrong = wrong_axes(attrs.axes, y.size()); !wrong.empty()) return wrong;
    for (std::size_t i = attrs.axes.size(); i-- > 0;) {
        if (attrs.keep_dims) {
            y[static_cast<std::size_t>(attrs.axes[i])] = 1;
        } else {
            y.erase(y.begin() + attrs.axes[i]);
        }
    }
    outputs = {tensor(arg ? Dtype::i32 : op.inputs[0].dtype, y)};
    return "";
}

std::string topk(const Op& op, Outputs& outputs) {
    const auto& attrs = std::get<TopkAttrs>(op.attrs);
    Shape y = dims(op, 0);
    if (std::string wrong = wants_axis(attrs.axis, y.size()); !wrong.empty()) return wrong;
    std::int64_t& size = y[static_cast<std::size_t>(attrs.axis)];
    if (attrs.k < 1 || attrs.k > size) return fmt::format("k = {} of {}", attrs.k, size);
    size = attrs.k;
    outputs = {tensor(op.inputs[0].dtype, y), tensor(Dtype::i32, y)};
    if (op.outputs.size() < 2 || !op.outputs[1].present()) return "";
    return op.outputs[1].dtype == Dtype::i32 ? "" : "indices must be i32";
}

std::string convert(const Op& op, Outputs& outputs) {
    const TensorType& x = op.inputs[0];
    if (op.outputs.empty() || !op.outputs[0].present()) return "the output's type must be given";
    TensorType y = op.outputs[0];
    y.dims = x.dims;
    if (x.scaling != Scaling::none && y.scaling != Scaling::none) {
        return "X and Y cannot both have scales";
    }
    const TensorType& scaled = x.scaling != Scaling::none ? x : y;
    if (scaled.scaling == Scaling::none && op.has(2)) return "zero points need scales";
    outputs = {tensor(y.dtype, x.dims)};
    if (std::string wrong = wants_scales(op, scaled, 1); !wrong.empty()) return wrong;
    return op.has(2) ? wants(op, 2, dims(op, 1)) : "";
}

}  // namespace assay::shapes
