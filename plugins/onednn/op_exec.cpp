// SPDX-License-Identifier: Apache-2.0
// See op_exec.hpp.
#include "op_exec.hpp"

namespace assay::onednn {

OpExec::OpExec(const sdk::Op& op) {
    if (op.math() != ASSAY_MATH_STRICT && op.math() != ASSAY_MATH_ANY) {
        unsupported("only math=strict is offered: this CPU multiplies operands as they are");
    }
    asked_accumulator_ = op.accumulator();
    for (std::size_t i = 0; i < op.inputs(); ++i) {
        inputs_.push_back(op.has(i) ? view_of(op.in(i), "input " + std::to_string(i)) : View{});
    }
    for (std::size_t i = 0; i < op.outputs(); ++i) {
        outputs_.push_back(view_of(op.out(i), "output " + std::to_string(i)));
    }
    output_count_ = outputs_.size();
    if (output_count_ == 0) invalid("there is no output");
    constexpr std::size_t asked_for = 8;  // chosen: beyond the optional inputs of any operator
    inputs_.resize(std::max(inputs_.size(), asked_for));
    outputs_.resize(std::max(outputs_.size(), asked_for));
    input_data_.resize(inputs_.size());
    output_data_.resize(outputs_.size());
    is_bound_.resize(inputs_.size());
    path_ = own_loops();
}

void OpExec::enqueue(sdk::Queue&, sdk::Bindings bindings) {
    std::uint32_t next = 0;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        if (!inputs_[i].present() || is_bound_[i]) continue;
        input_data_[i] = bindings.data<void>(next++, inputs_[i].bytes);
    }
    for (std::size_t i = 0; i < output_count_; ++i) {
        output_data_[i] = bindings.data<void>(next++, outputs_[i].bytes);
    }
    if (next != bindings.size()) {
        sdk::fail(ASSAY_ERR_INVALID, "%u bindings, needed are %u", bindings.size(), next);
    }
    run();
}

void OpExec::describe(assay_exec_info& info) {
    info.accumulator = accumulator_;
    info.math = ASSAY_MATH_STRICT;
    info.level = level_;
    info.workspace_bytes = workspace_bytes_;
    info.constant_bytes = constant_bytes_;
    info.build_ns = build_ns_;
    info.launches = 1;
    sdk::put(info.path, path_);
}

sdk::Support OpExec::support() {
    if (asked_accumulator_ != 0 && asked_accumulator_ != accumulator_) {
        unsupported("sums are kept in " + dtype_name(accumulator_) + ", not in " +
                    dtype_name(asked_accumulator_));
    }
    // Same bits each time: work is divided by shape and thread count, never by who comes first.
    auto answer = sdk::Support::native(accumulator_);
    answer.level = level_;
    answer.reason = how_;
    answer.workspace = workspace_bytes_;
    return answer;
}

std::string own_loops() {
    return std::string("own loops (") + simd().name + ")";
}

}  // namespace assay::onednn
