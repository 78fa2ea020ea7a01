// SPDX-License-Identifier: Apache-2.0
// Rules of the five kinds of copy.
#include <array>

#include <fmt/format.h>

#include "core/workload/op_shape_rules.hpp"

namespace assay::shapes {

namespace {

std::string transpose(const Op& op, Shape& y) {
    const auto& params = std::get<CopyAttrs>(op.attrs).params;
    const Shape& x = dims(op, 0);
    std::array<bool, max_rank> seen{};
    for (std::size_t i = 0; i < x.size(); ++i) {
        const auto from = static_cast<std::size_t>(params.at(i));
        if (from >= x.size() || seen.at(from)) return "params are no permutation of the dimensions";
        seen.at(from) = true;
        y.push_back(x[from]);
    }
    return "";
}

/// Elements from `begin` on in steps of `step`, at most.
std::int64_t reachable(std::int64_t size, std::int64_t begin, std::int64_t step) {
    return step > 0 ? (size - begin + step - 1) / step : begin / -step + 1;
}

std::string slice(const Op& op, Shape& y) {
    const auto& params = std::get<CopyAttrs>(op.attrs).params;
    const Shape &x = dims(op, 0), asked = given(op);
    if (!asked.empty() && asked.size() != x.size()) return "a slice keeps the rank";
    for (std::size_t i = 0; i < x.size(); ++i) {
        const std::int64_t begin = params.at(i), step = params.at(max_rank + i);
        if (begin < 0 || begin >= x[i]) {
            return fmt::format("begins at {} of dimension {}, which has {}", begin, i, x[i]);
        }
        const std::int64_t most = reachable(x[i], begin, step == 0 ? 1 : step);
        y.push_back(asked.empty() ? most : asked[i]);
        if (y[i] > most) {
            return fmt::format("takes {} of dimension {}, where {} are left", y[i], i, most);
        }
    }
    return "";
}

std::string concat(const Op& op, Shape& y) {
    const int axis = std::get<CopyAttrs>(op.attrs).axis;
    y = dims(op, 0);
    if (std::string wrong = wants_axis(axis, y.size()); !wrong.empty()) return wrong;
    for (std::size_t i = 1; i < op.inputs.size(); ++i) {
        if (!op.has(i)) return "a part is missing";
        Shape part = dims(op, i);
        const auto at = static_cast<std::size_t>(axis);
        if (part.size() != y.size()) return "the parts differ in rank";
        y[at] += part[at];
        part[at] = y[at];
        if (part != y) return fmt::format("part {} is {}", i, text_of(dims(op, i)));
    }
    return "";
}

std::string pad(const Op& op, Shape& y) {
    const auto& attrs = std::get<CopyAttrs>(op.attrs);
    y = dims(op, 0);
    for (std::size_t i = 0; i < y.size(); ++i) {
        const std::int64_t before = attrs.params.at(i), after = attrs.params.at(max_rank + i);
        if (before < 0 || after < 0) return "padding must not be negative";
        if (attrs.padding == Padding::reflect && (before >= y[i] || after >= y[i])) {
            return fmt::format("dimension {} of {} cannot be reflected so far", i, y[i]);
        }
        y[i] += before + after;
    }
    return "";
}

std::string expand(const Op& op, Shape& y) {
    y = given(op);
    if (broadcasts_to(dims(op, 0), y)) return "";
    return fmt::format("{} does not expand to {}", text_of(dims(op, 0)), text_of(y));
}

}  // namespace

std::string copy(const Op& op, Outputs& outputs) {
    constexpr std::array<std::string (*)(const Op&, Shape&), 6> rules = {
        nullptr, transpose, slice, concat, pad, expand};
    const Copying function = std::get<CopyAttrs>(op.attrs).function;
    if (function == Copying::none) return "a function must be named";
    if (function != Copying::concat && op.inputs.size() > 1) return "takes one input";
    Shape y;
    std::string wrong = rules.at(static_cast<std::size_t>(function))(op, y);
    outputs = {tensor(op.inputs[0].dtype, y)};
    if (!wrong.empty()) return wrong;
    const bool typed = !op.outputs.empty() && op.outputs[0].present();
    return typed && op.outputs[0].dtype != op.inputs[0].dtype ? "a copy keeps the type" : "";
}

}  // namespace assay::shapes
