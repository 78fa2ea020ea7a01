// SPDX-License-Identifier: Apache-2.0
// An operator with seeded inputs, and answers made of evaluate() of the same or of another
// operator: a device that leaves out a bias is the operator without it.
#pragma once

#include <cstddef>
#include <vector>

#include "core/workload/check.hpp"
#include "core/workload/op.hpp"

namespace assay::test {

using Values = std::vector<std::vector<double>>;

/// A dense tensor.
TensorType tensor(Dtype dtype, Shape dims);
/// The operator with these inputs and inferred outputs; throws what infer says.
Op op_of(OpAttrs attrs, std::vector<TensorType> inputs, std::vector<TensorType> outputs = {});

/// evaluate() of small tensors written as numbers.
Values evaluated(const Op& op, const Values& inputs);

struct OpProblem {
    Op op;
    std::vector<std::vector<std::byte>> inputs, outputs;

    /// Floating inputs are N(0, 1), i32 ones 0; outputs are poisoned.
    explicit OpProblem(Op problem, std::uint64_t seed = 1);

    /// Overwrites input i.
    OpProblem& set(std::size_t i, const std::vector<double>& values);
    [[nodiscard]] std::vector<double> get(std::size_t input) const;
    /// The exact answer of `how` to these inputs, rounded to the outputs' types.
    OpProblem& answer(const Op& how);
    OpProblem& answer() { return answer(op); }
    [[nodiscard]] Check check(const Arithmetic& arithmetic = {}, std::uint64_t seed = 7) const;
    [[nodiscard]] double out(std::uint64_t i, std::size_t output = 0) const;
    void put(std::uint64_t i, double value, std::size_t output = 0);
};

}  // namespace assay::test
