// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/workload/op_problem.hpp"

#include "core/base/error.hpp"
#include "core/workload/fill.hpp"
#include "core/workload/op_check.hpp"
#include "core/workload/op_reference.hpp"
#include "core/workload/op_shape.hpp"

namespace assay::test {

TensorType tensor(Dtype dtype, Shape dims) {
    TensorType type;
    type.dtype = dtype;
    type.dims = std::move(dims);
    return type;
}

Op op_of(OpAttrs attrs, std::vector<TensorType> inputs, std::vector<TensorType> outputs) {
    Op op;
    op.attrs = std::move(attrs);
    op.inputs = std::move(inputs);
    op.outputs = std::move(outputs);
    if (const std::string wrong = infer(op); !wrong.empty()) throw Error(wrong);
    return op;
}

Values evaluated(const Op& op, const Values& inputs) {
    Values outputs(op.outputs.size());
    evaluate(op, inputs, outputs);
    return outputs;
}

OpProblem::OpProblem(Op problem, std::uint64_t seed) : op(std::move(problem)) {
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
        const Dtype dtype = op.inputs[i].dtype;
        inputs.emplace_back(byte_count(op.inputs[i]));
        if (dtype == Dtype::none || dtype == Dtype::i32) continue;
        fill(inputs[i], dtype, {.seed = seed, .stream = i});
    }
    for (const TensorType& type : op.outputs) {
        outputs.emplace_back(byte_count(type), std::byte{0xFF});
    }
}

OpProblem& OpProblem::set(std::size_t i, const std::vector<double>& values) {
    store_range(inputs.at(i), op.inputs.at(i).dtype, 0, values);
    return *this;
}

std::vector<double> OpProblem::get(std::size_t input) const {
    std::vector<double> values(element_count(op.inputs[input]));
    if (!values.empty()) load_range(inputs[input], op.inputs[input].dtype, 0, values);
    return values;
}

OpProblem& OpProblem::answer(const Op& how) {
    Values in;
    for (std::size_t i = 0; i < inputs.size(); ++i) in.push_back(get(i));
    const Values out = evaluated(how, in);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        store_range(outputs[i], op.outputs[i].dtype, 0, out.at(i));
    }
    return *this;
}

Check OpProblem::check(const Arithmetic& arithmetic, std::uint64_t seed) const {
    const std::vector<std::span<const std::byte>> in(inputs.begin(), inputs.end()),
        out(outputs.begin(), outputs.end());
    return check_op(op, in, out, arithmetic, seed);
}

double OpProblem::out(std::uint64_t i, std::size_t output) const {
    return load(outputs.at(output), op.outputs.at(output).dtype, i);
}

void OpProblem::put(std::uint64_t i, double value, std::size_t output) {
    store(outputs.at(output), op.outputs.at(output).dtype, i, value);
}

}  // namespace assay::test
