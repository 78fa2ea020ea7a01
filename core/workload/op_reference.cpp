// SPDX-License-Identifier: Apache-2.0
// All parts of the truth, heard into vectors.
#include "core/workload/op_reference.hpp"

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/workload/op_shape.hpp"
#include "core/workload/op_truth.hpp"

namespace assay {

namespace {

/// Doubles in row-major order as a tensor of what `type` says otherwise.
TensorData as_tensor(TensorType type, const std::vector<double>& values) {
    type.dtype = Dtype::f64;
    type.strides.clear();
    return {type, std::as_bytes(std::span(values))};
}

TensorSet as_tensors(const Op& op, std::span<const std::vector<double>> inputs) {
    TensorSet tensors(std::max<std::size_t>(most_inputs, op.inputs.size()));
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
        if (!op.has(i)) continue;
        if (i >= inputs.size()) throw Error(fmt::format("evaluate: input {} is missing", i));
        tensors[i] = as_tensor(op.inputs[i], inputs[i]);
    }
    return tensors;
}

}  // namespace

void evaluate(const Op& op, std::span<const std::vector<double>> inputs,
              std::span<std::vector<double>> outputs) {
    if (const std::string wrong = invalid(op); !wrong.empty()) throw Error(wrong);
    if (outputs.size() < op.outputs.size()) throw Error("evaluate: too few outputs");
    const TensorSet tensors = as_tensors(op, inputs);
    for (std::size_t i = 0; i < op.outputs.size(); ++i) {
        outputs[i].assign(element_count(op.outputs[i]), 0.0);
    }
    const Answer truth = truth_of({.op = op, .inputs = tensors, .units = {}});
    const auto parts = static_cast<std::uint64_t>(element_count(truth->parts()));
    const Hear hear = [&](std::size_t output, std::uint64_t index, const ExactElement& exact) {
        outputs[output][index] = exact.value;
    };
    for (std::uint64_t i = 0; i < parts; ++i) truth->part(i, hear);
}

}  // namespace assay
