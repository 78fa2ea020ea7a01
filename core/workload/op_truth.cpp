// SPDX-License-Identifier: Apache-2.0
// The table of truths, and the unit roundoffs of an operator.
#include "core/workload/op_truth.hpp"

#include <algorithm>
#include <array>

#include "core/workload/tolerance.hpp"

namespace assay {

namespace {

constexpr std::array<Answer (*)(const Question&), 17> truths = {
    nullptr,           matmul_truth, conv_truth,   attention_truth,      softmax_truth, norm_truth,
    elementwise_truth, reduce_truth, gather_truth, scatter_truth,        pool_truth,    copy_truth,
    convert_truth,     rope_truth,   topk_truth,   grouped_matmul_truth, resize_truth};

bool multiplies(OpKind kind) {
    return kind == OpKind::matmul || kind == OpKind::conv || kind == OpKind::attention ||
           kind == OpKind::grouped_matmul;
}

/// The lesser of what the operator allows and the plugin said it did.
double input_error(const Op& op, const Arithmetic& arithmetic) {
    if (!multiplies(op.kind())) return 0;
    const Dtype a = op.inputs[0].dtype, b = op.inputs[1].dtype;
    const auto both = [&](Math math) {
        return (1 + rerounding(math, a)) * (1 + rerounding(math, b)) - 1;
    };
    return std::min(both(op.math), both(arithmetic.math));
}

/// As of a GEMM: what is asked for, else what the plugin says, else the wider of f32 and the
/// inputs.
double sum_roundoff(const Op& op, const Arithmetic& arithmetic) {
    const auto integer = [&](std::size_t i) { return op.has(i) && is_integer(op.inputs[i].dtype); };
    const bool second = op.kind() == OpKind::matmul || op.kind() == OpKind::conv ||
                        op.kind() == OpKind::grouped_matmul;
    const bool scaled = op.has(4) || op.has(5);
    if (integer(0) && (!second || (integer(1) && !scaled))) return 0;  // exact
    for (const Dtype stated : {op.accumulator, arithmetic.accumulator}) {
        if (const double u = stated == Dtype::none ? 0 : unit_roundoff(stated); u > 0) return u;
    }
    const bool wide = std::any_of(op.inputs.begin(), op.inputs.end(),
                                  [](const TensorType& type) { return type.dtype == Dtype::f64; });
    return unit_roundoff(wide ? Dtype::f64 : Dtype::f32);
}

}  // namespace

double Units::summing(double terms) const {
    return sum == 0 ? 0 : accumulation_error(terms, sum);
}

Units units_of(const Op& op, const Arithmetic& arithmetic) {
    Units units;
    const Dtype out = op.outputs.at(0).dtype;
    units.input = input_error(op, arithmetic);
    units.sum = sum_roundoff(op, arithmetic);
    units.step = std::max(units.sum, unit_roundoff(out == Dtype::f64 ? Dtype::f64 : Dtype::f32));
    units.store = unit_roundoff(out);
    for (std::size_t i = 0; i < std::min<std::size_t>(op.inputs.size(), 2); ++i) {
        if (op.has(i)) units.operand = std::max(units.operand, unit_roundoff(op.inputs[i].dtype));
    }
    return units;
}

Answer truth_of(const Question& question) {
    return truths.at(static_cast<std::size_t>(question.op.kind()))(question);
}

}  // namespace assay
