// SPDX-License-Identifier: Apache-2.0
// Elementwise functions with broadcasting.
#include <algorithm>
#include <cmath>

#include "core/workload/op_functions.hpp"
#include "core/workload/op_truth_dense.hpp"

namespace assay {

namespace {

class ElementwiseTruth : public ElementTruth {
public:
    explicit ElementwiseTruth(const Question& q)
        : ElementTruth(q.dims(), cost_of_element),
          question_(q),
          attrs_(std::get<ElementwiseAttrs>(q.op.attrs)),
          whole_(is_integer(q.op.outputs[0].dtype) && is_integer(q.op.inputs[0].dtype)) {
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            if (!q.inputs[i].present()) continue;
            alike_ = alike_ && q.inputs[i].dims() == q.dims();
            steps_.at(i) = broadcast_steps(q.inputs[i].dims(), q.dims());
        }
    }

    [[nodiscard]] ExactElement element(std::uint64_t index) const override {
        const std::array<double, 3> operands = operands_of(index);
        ExactElement exact = of_function(operands);
        if (attrs_.alpha == 1 && attrs_.beta == 0) return exact;
        const double scaled = attrs_.alpha * exact.value;
        exact.value = scaled + attrs_.beta;
        exact.exact = whole_;
        exact.allowed = std::fabs(attrs_.alpha) * exact.allowed +
                        question_.units.step * (std::fabs(scaled) + std::fabs(exact.value));
        exact.magnitude = std::fabs(scaled) + std::fabs(attrs_.beta);
        return exact;
    }

private:
    [[nodiscard]] std::array<double, 3> operands_of(std::uint64_t index) const {
        std::array<double, 3> operands{};
        const Position at = alike_ ? Position{} : position_of(index, question_.dims());
        for (std::size_t i = 0; i < operands.size(); ++i) {
            const TensorData& x = question_.inputs[i];
            if (x.present()) operands.at(i) = x[alike_ ? index : offset(at, steps_.at(i))];
        }
        return operands;
    }

    [[nodiscard]] ExactElement of_function(const std::array<double, 3>& operands) const {
        const Units& u = question_.units;
        const bool gated = attrs_.function == Function::gated;
        if (!gated && attrs_.function != Function::activation) {
            const FunctionValue f = apply(attrs_, operands, whole_);
            ExactElement exact{.value = f.value, .exact = f.roundings == 0};
            if (!std::isfinite(f.roundings)) return exact;
            exact.allowed = u.step * f.roundings;
            if (f.curved) exact.allowed = std::max(exact.allowed, u.store / 4 * std::fabs(f.value));
            return exact;
        }
        ExactElement exact = activated(attrs_.activation, operands[0], 0, u);
        exact.exact = !gated && evaluation_error(attrs_.activation, 1, 1) == 0;
        if (!gated) return exact;
        exact.value *= operands[1];
        exact.allowed = exact.allowed * std::fabs(operands[1]) + u.step * std::fabs(exact.value);
        return exact;
    }

    Question question_;
    ElementwiseAttrs attrs_;
    bool whole_, alike_ = true;
    std::array<Position, 3> steps_{};
};

}  // namespace

Answer elementwise_truth(const Question& question) {
    return std::make_unique<ElementwiseTruth>(question);
}

}  // namespace assay
