// SPDX-License-Identifier: Apache-2.0
// The general checks, and the table of rules.
#include "core/workload/op_shape.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/workload/op_names.hpp"
#include "core/workload/op_shape_rules.hpp"

namespace assay {

namespace shapes {

namespace {

struct Row {
    Rule rule;
    std::size_t least, most;  // inputs
    std::array<std::string_view, 6> names;
};

constexpr std::size_t any_number = 64;  // of a concat; chosen

constexpr std::array<Row, 17> rows = {{
    {nullptr, 0, 0, {}},
    {matmul, 2, 6, {"A", "B", "bias", "C", "scales of A", "scales of B"}},
    {conv, 2, 4, {"X", "W", "bias", "residual"}},
    {attention, 3, 5, {"Q", "K", "V", "mask", "lengths"}},
    {softmax, 1, 1, {"X"}},
    {norm, 1, 6, {"X", "gamma", "beta", "residual", "mean", "variance"}},
    {elementwise, 1, 3, {"X", "Y", "Z"}},
    {reduce, 1, 1, {"X"}},
    {gather, 2, 2, {"table", "indices"}},
    {scatter, 3, 3, {"cache", "X", "positions"}},
    {pool, 1, 1, {"X"}},
    {copy, 1, any_number, {"X", "X1", "X2", "X3", "X4", "X5"}},
    {convert, 1, 3, {"X", "scales", "zero points"}},
    {rope, 2, 3, {"X", "positions", "frequencies"}},
    {topk, 1, 1, {"X"}},
    {grouped_matmul, 3, 4, {"A", "B", "rows", "bias"}},
    {resize, 1, 1, {"X"}},
}};

const Row& row_of(OpKind kind) {
    return rows.at(static_cast<std::size_t>(kind));
}

std::string wrong_size(const TensorType& type, std::string_view name) {
    constexpr double most_elements = 0x1p40;  // as of a GEMM: far above any real problem
    if (type.dims.size() > max_rank) {
        return fmt::format("{} has {} dimensions, at most {} are possible", name, type.dims.size(),
                           max_rank);
    }
    double count = 1;
    for (const std::int64_t size : type.dims) {
        if (size < 1)
            return fmt::format("{} is {}: sizes are at least 1", name, text_of(type.dims));
        count *= static_cast<double>(size);
    }
    if (count > most_elements) {
        return fmt::format("{} is {}: more than 2^40 elements", name, text_of(type.dims));
    }
    return "";
}

std::string wrong_layout(const TensorType& type, std::string_view name) {
    if (!type.strides.empty() && type.strides.size() != type.dims.size()) {
        return fmt::format("{} has {} strides for {} dimensions", name, type.strides.size(),
                           type.dims.size());
    }
    if (std::any_of(type.strides.begin(), type.strides.end(), [](auto s) { return s < 0; })) {
        return fmt::format("{} has a negative stride", name);
    }
    // plugins/sdk dtype.h: rows of 4-bit elements begin on bytes; here they lie without gaps.
    if (bits(type.dtype) < 8 && !type.dims.empty() && type.dims.back() % 2 != 0) {
        return fmt::format("{} is {} of {}: rows of 4-bit elements must be whole bytes", name,
                           text_of(type.dims), assay::name(type.dtype));
    }
    const bool has_axis = type.scaling == Scaling::channel || type.scaling == Scaling::block;
    if (has_axis && !wants_axis(type.scale_axis, type.dims.size()).empty()) {
        return fmt::format("{}: scale {}", name, wants_axis(type.scale_axis, type.dims.size()));
    }
    if (type.scaling == Scaling::block && type.scale_block < 1) {
        return fmt::format("{}: scale_block must be at least 1, is {}", name, type.scale_block);
    }
    return "";
}

std::string wrong_inputs(const Op& op) {
    const Row& row = row_of(op.kind());
    if (op.inputs.size() > row.most) {
        return fmt::format("has {} inputs, takes at most {}", op.inputs.size(), row.most);
    }
    for (std::size_t i = 0; i < std::max(op.inputs.size(), row.least); ++i) {
        const std::string_view name = input_name(op.kind(), i);
        if (!op.has(i) && i < row.least) return fmt::format("{} is missing", name);
        if (!op.has(i)) continue;
        for (const auto& wrong : {wrong_size(op.inputs[i], name), wrong_layout(op.inputs[i], name)})
            if (!wrong.empty()) return wrong;
    }
    return "";
}

/// Only operands of a matmul and what is converted have scales.
std::string wrong_scaling(const Op& op) {
    const auto scaled = [](const TensorType& type) { return type.scaling != Scaling::none; };
    const std::size_t inputs =
        op.kind() == OpKind::matmul ? 2 : (op.kind() == OpKind::convert ? 1 : 0);
    for (std::size_t i = inputs; i < op.inputs.size(); ++i) {
        if (scaled(op.inputs[i]))
            return fmt::format("{} cannot have scales", input_name(op.kind(), i));
    }
    const bool output = std::any_of(op.outputs.begin(), op.outputs.end(), scaled);
    return output && op.kind() != OpKind::convert ? "the output cannot have scales" : "";
}

/// The rule's word on the inputs; fills outputs.
std::string judge(const Op& op, Outputs& outputs) {
    if (row_of(op.kind()).rule == nullptr) return "an operator must be named";
    if (std::string wrong = wrong_inputs(op); !wrong.empty()) return wrong;
    if (std::string wrong = wrong_scaling(op); !wrong.empty()) return wrong;
    if (std::string wrong = row_of(op.kind()).rule(op, outputs); !wrong.empty()) return wrong;
    for (const TensorType& type : outputs) {
        if (std::string wrong = wrong_size(type, "the output"); !wrong.empty()) return wrong;
    }
    return "";
}

std::string wrong_outputs(const Op& op, const Outputs& must) {
    if (op.outputs.size() != must.size()) {
        return fmt::format("has {} outputs, must have {}", op.outputs.size(), must.size());
    }
    for (std::size_t i = 0; i < must.size(); ++i) {
        const TensorType& is = op.outputs[i];
        if (!is.present()) return fmt::format("output {} has no type", i);
        if (is.dims != must[i].dims) {
            return fmt::format("output {} is {}, must be {}", i, text_of(is.dims),
                               text_of(must[i].dims));
        }
        if (std::string wrong = wrong_layout(is, fmt::format("output {}", i)); !wrong.empty()) {
            return wrong;
        }
    }
    return "";
}

std::string with_kind(const Op& op, const std::string& wrong) {
    return wrong.empty() ? "" : fmt::format("{}: {}", name(op.kind()), wrong);
}

}  // namespace

std::string_view input_name(OpKind kind, std::size_t i) {
    const auto& names = row_of(kind).names;
    return names.at(std::min(i, names.size() - 1));
}

}  // namespace shapes

std::string infer(Op& op) {
    shapes::Outputs must;
    if (std::string wrong = shapes::judge(op, must); !wrong.empty()) {
        return shapes::with_kind(op, wrong);
    }
    op.outputs.resize(must.size());
    for (std::size_t i = 0; i < must.size(); ++i) {
        op.outputs[i].dims = must[i].dims;
        if (!op.outputs[i].present()) op.outputs[i].dtype = must[i].dtype;
    }
    return shapes::with_kind(op, shapes::wrong_outputs(op, must));
}

std::string invalid(const Op& op) {
    shapes::Outputs must;
    if (std::string wrong = shapes::judge(op, must); !wrong.empty()) {
        return shapes::with_kind(op, wrong);
    }
    return shapes::with_kind(op, shapes::wrong_outputs(op, must));
}

}  // namespace assay
