// SPDX-License-Identifier: Apache-2.0
// Functions of one to three tensors with broadcasting; the function is compiled in.
#include "assay/sdk/elementwise.hpp"

#include "op_exec.hpp"

namespace assay::opencl {
namespace {

std::string type_of(const Plan& plan, const View& view) {
    if (view.dtype == ASSAY_U8 || view.dtype == ASSAY_BOOL8) return "uchar";
    plan.take_real(view, "a tensor");
    return plan.real == ASSAY_F64 ? "double" : "float";
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
    const View& d = plan.out(0);
    Launch& launch = plan.add("elementwise", "elementwise", d.count());
    constexpr const char* names[] = {" -DTX=", " -DTY=", " -DTZ="};
    for (std::size_t i = 0; i < 3; ++i) {
        const bool used = static_cast<int>(i) < operands;
        require(used == plan.has(i), "elementwise: too few or too many operands");
        launch.macros += names[i] + (used ? type_of(plan, plan.in(i)) : "uchar");
        launch.problem.layouts[i] =
            used ? broadcast(plan.in(i), d.layout, "elementwise: an operand") : d.layout;
    }
    launch.problem.layouts[3] = d.layout;
    Layout* all = launch.problem.layouts;
    merge({all + 3, all, all + 1, all + 2});
    const bool plain = attrs.alpha == 0 && attrs.beta == 0;
    launch.macros += " -DTD=" + type_of(plan, d) + " -DFUNCTION=" + std::to_string(attrs.function) +
                     " -DOPERANDS=" + std::to_string(operands) + " -DSCALED=" + (plain ? "0" : "1");
    launch.problem.numbers[0] = attrs.activation;
    launch.problem.numbers[1] = plan.number(attrs.parameter[0]);
    launch.problem.numbers[2] = plan.number(attrs.parameter[1]);
    launch.problem.numbers[3] = plan.number(attrs.alpha);
    launch.problem.numbers[4] = plan.number(attrs.beta);
}

}  // namespace assay::opencl
