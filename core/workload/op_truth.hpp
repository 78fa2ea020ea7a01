// SPDX-License-Identifier: Apache-2.0
// The exact answer part by part, each element with what rounding may do to it. evaluate() hears all
// parts, check_op() a sample. Private to workload. Tolerances: docs/operators.md.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "core/workload/check.hpp"
#include "core/workload/op_tensor.hpp"

namespace assay {

/// One element of an output.
struct ExactElement {
    double value = 0;      ///< Before rounding to the output's type.
    double allowed = 0;    ///< Error that is the device's right, before that rounding.
    double magnitude = 0;  ///< sum |terms|, what errors are relative to; 0: |value|.
    double squares = 0;    ///< sum terms^2, where a precision class is judged.
    bool exact = false;    ///< Nothing is computed: the output is the value, rounded once.
};

/// What rounding errors are made of; all 0 where only values are wanted.
struct Units {
    double input = 0;    ///< Relative error of a product of re-rounded operands (Math).
    double sum = 0;      ///< Unit roundoff sums are kept with.
    double step = 0;     ///< Unit roundoff of any other step.
    double operand = 0;  ///< Unit roundoff of the operand type.
    double store = 0;    ///< Unit roundoff of output 0.

    /// Relative error of a sum of so many terms (tolerance.hpp).
    [[nodiscard]] double summing(double terms) const;
};
Units units_of(const Op& op, const Arithmetic& arithmetic);

/// Hears element `index` of an output.
using Hear =
    std::function<void(std::size_t output, std::uint64_t index, const ExactElement& exact)>;

class Truth {
public:
    Truth(Shape parts, double cost) : parts_(std::move(parts)), cost_(cost) {}
    Truth(const Truth&) = delete;
    Truth& operator=(const Truth&) = delete;
    virtual ~Truth() = default;

    /// The outputs are cut in parts, which lie in a grid of these dims.
    [[nodiscard]] const Shape& parts() const { return parts_; }
    /// Multiply-adds that a part costs, roughly.
    [[nodiscard]] double cost() const { return cost_; }
    virtual void part(std::uint64_t i, const Hear& hear) const = 0;
    /// The part that an element belongs to; nothing: the operator leaves it unspecified.
    [[nodiscard]] virtual std::optional<std::uint64_t> part_of(std::size_t output,
                                                               std::uint64_t index) const = 0;
    /// Whether another value than the exact one is as right: the index of an equal element.
    [[nodiscard]] virtual bool also_right(std::size_t /*output*/, std::uint64_t /*index*/,
                                          double /*found*/) const {
        return false;
    }
    /// What no element shows by itself: "" or what is wrong with an output as a whole.
    [[nodiscard]] virtual std::string whole(const TensorSet& /*outputs*/) const { return ""; }
    /// Parts that a sample must not miss.
    [[nodiscard]] virtual std::vector<std::uint64_t> notable() const { return {}; }

private:
    Shape parts_;
    double cost_;
};

/// What comparing one element costs in multiply-adds, as a check feels it; measured here.
inline constexpr double cost_of_element = 8;

/// A truth whose parts are the elements of its only output.
class ElementTruth : public Truth {
public:
    using Truth::Truth;
    [[nodiscard]] virtual ExactElement element(std::uint64_t index) const = 0;
    void part(std::uint64_t i, const Hear& hear) const override { hear(0, i, element(i)); }
    [[nodiscard]] std::optional<std::uint64_t> part_of(std::size_t /*output*/,
                                                       std::uint64_t index) const override {
        return index;
    }
};

/// Inputs that a question has at least; absent ones are empty.
inline constexpr std::size_t most_inputs = 6;

/// Everything a truth is made from; borrowed, and must outlive it. Inputs are as many as an
/// operator can have.
struct Question {
    const Op& op;
    const TensorSet& inputs;
    Units units;

    [[nodiscard]] const Shape& dims(std::size_t output = 0) const {
        return op.outputs.at(output).dims;
    }
};
using Answer = std::unique_ptr<Truth>;

Answer truth_of(const Question& question);

Answer matmul_truth(const Question& question);
Answer grouped_matmul_truth(const Question& question);
Answer conv_truth(const Question& question);
Answer attention_truth(const Question& question);
Answer softmax_truth(const Question& question);
Answer norm_truth(const Question& question);
Answer elementwise_truth(const Question& question);
Answer reduce_truth(const Question& question);
Answer gather_truth(const Question& question);
Answer scatter_truth(const Question& question);
Answer pool_truth(const Question& question);
Answer copy_truth(const Question& question);
Answer convert_truth(const Question& question);
Answer rope_truth(const Question& question);
Answer topk_truth(const Question& question);
Answer resize_truth(const Question& question);

}  // namespace assay
