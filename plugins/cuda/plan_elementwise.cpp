// SPDX-License-Identifier: Apache-2.0
// Functions of one to three tensors with broadcasting. The kernel: kernels/elementwise.hpp.
#include <algorithm>
#include <iterator>

#include "assay/sdk/elementwise.hpp"
#include "op_plan.hpp"

namespace assay::cuda {
namespace {

/// Bytes are truth values; sums of them would not fit.
bool is_truth(const View& view) {
    return view.dtype == ASSAY_U8 || view.dtype == ASSAY_BOOL8;
}

/// Gives D truth values, and takes numbers or truth values.
bool is_logical(int function) {
    return function >= ASSAY_EW_EQUAL && function <= ASSAY_EW_OR;
}

/// What is computed with is the type of the first tensor that is none of truth values.
void compute_as_first_real(Plan& plan) {
    for (const auto* list : {&plan.inputs, &plan.outputs}) {
        for (const View& view : *list) {
            if (view.present() && !is_truth(view)) return plan.compute_as(view);
        }
    }
}

}  // namespace

void plan_elementwise(Plan& plan, const sdk::Op& op) {
    const auto attrs = op.attrs<assay_elementwise_attrs>();
    const int operands = sdk::elementwise_operands(attrs.function);
    if (operands == 0) {
        unsupported("elementwise: function " + std::to_string(attrs.function) + " is unknown");
    }
    if (attrs.activation < ASSAY_ACT_NONE || attrs.activation > ASSAY_ACT_SILU) {
        unsupported("elementwise: activation " + std::to_string(attrs.activation) + " is unknown");
    }
    compute_as_first_real(plan);
    const View& d = plan.out(0);
    Launch& launch = plan.add(Kernel::elementwise, plan.element, d.count());
    Problem& problem = launch.call.arguments.problem;
    for (std::size_t i = 0; i < 4; ++i) {
        const View& view = i == 3 ? d : plan.in(i);
        const bool used = i == 3 || static_cast<int>(i) < operands;
        require(used == view.present(), "elementwise: too few or too many operands");
        problem.layouts[i] = used ? broadcast(view, d.layout, "elementwise: an operand") : d.layout;
        if (!used) continue;
        if (is_truth(view)) {
            problem.numbers[4] |= std::int64_t{1} << i;
        } else {
            plan.take_real(view, "a tensor");
        }
    }
    const bool plain = attrs.alpha == 0 && attrs.beta == 0;
    if (is_truth(d) && (!is_logical(attrs.function) || !plain)) {
        unsupported("elementwise: arithmetic with a result of bytes");
    }
    Layout* all = problem.layouts;
    merge({all + 3, all, all + 1, all + 2});
    problem.numbers[0] = attrs.function;
    problem.numbers[1] = attrs.activation;
    problem.numbers[2] = operands;
    problem.numbers[3] = plain ? 0 : 1;
    const double reals[] = {attrs.parameter[0], attrs.parameter[1], attrs.alpha, attrs.beta};
    std::copy(std::begin(reals), std::end(reals), problem.reals);
}

}  // namespace assay::cuda
