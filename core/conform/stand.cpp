// SPDX-License-Identifier: Apache-2.0
#include "core/conform/stand.hpp"

#include "core/host/codes.hpp"
#include "core/host/operator.hpp"
#include "core/workload/op_check.hpp"
#include "core/workload/op_tensor.hpp"

namespace assay {
namespace {

constexpr std::uint32_t poison_word = 0xffffffffU;

/// Bytes that a tensor's buffer has: strides may leave holes.
std::uint64_t room(const TensorType& type) {
    return type.strides.empty() ? byte_count(type) : span_bytes(type);
}

std::vector<Block> seeded_inputs(const Op& op, const InputHints& hints, const FillSpec& spec) {
    std::vector<Block> inputs(op.inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        FillSpec own = spec;
        own.stream = i;
        if (op.has(i)) inputs[i] = make_input(op, i, own, hints);
    }
    return inputs;
}

}  // namespace

Stand::Stand(const Rig& rig, const Op& op, const InputHints& hints, Distribution distribution)
    : Stand(rig, op, seeded_inputs(op, hints, {distribution, rig.seed(), 0})) {}

Stand::Stand(const Rig& rig, const Op& op, std::vector<Block> inputs)
    : rig_(&rig),
      op_(op),
      exec_(rig.prepare(Operator(op).desc())),
      described_(rig.describe(exec_)) {
    in_.resize(op_.inputs.size());
    for (std::size_t i = 0; i < in_.size(); ++i) {
        if (op_.has(i)) in_[i] = rig.alloc(room(op_.inputs[i]));
    }
    out_.resize(op_.outputs.size());
    for (std::size_t i = works_in_place(op_) ? 1 : 0; i < out_.size(); ++i) {
        out_[i] = rig.alloc(room(op_.outputs[i]));
    }
    set_inputs(std::move(inputs));
}

void Stand::set_inputs(std::vector<Block> inputs) {
    inputs_ = std::move(inputs);
    for (std::size_t i = 0; i < in_.size(); ++i) {
        if (op_.has(i)) rig_->upload(in_[i], inputs_[i]);
    }
}

std::vector<assay_binding> Stand::bindings() const {
    std::vector<assay_binding> list;
    for (std::size_t i = 0; i < in_.size(); ++i) {
        if (op_.has(i)) list.push_back({in_[i].get(), 0, room(op_.inputs[i])});
    }
    for (std::size_t i = 0; i < out_.size(); ++i) {
        const bool in_place = i == 0 && works_in_place(op_);
        list.push_back({in_place ? in_[0].get() : out_[i].get(), 0, room(op_.outputs[i])});
    }
    return list;
}

void Stand::poison() const {
    for (std::size_t i = 0; i < out_.size(); ++i) {
        if (i == 0 && works_in_place(op_)) {
            rig_->upload(in_[0], inputs_[0]);
        } else {
            rig_->fill(out_[i], 0, room(op_.outputs[i]), poison_word);
        }
    }
    rig_->wait();
}

std::vector<Block> Stand::outputs() const {
    std::vector<Block> all;
    for (std::size_t i = 0; i < out_.size(); ++i) {
        const bool in_place = i == 0 && works_in_place(op_);
        all.push_back(rig_->download(in_place ? in_[0] : out_[i], room(op_.outputs[i])));
    }
    return all;
}

std::vector<Block> Stand::answer() const {
    poison();
    enqueue();
    rig_->wait();
    return outputs();
}

Check Stand::judge(const std::vector<Block>& outputs) const {
    const std::vector<std::span<const std::byte>> in(inputs_.begin(), inputs_.end());
    const std::vector<std::span<const std::byte>> out(outputs.begin(), outputs.end());
    const Arithmetic arithmetic{dtype_from(described_.accumulator, "exec_get_info"),
                                math_from(described_.math, "exec_get_info")};
    return check_op(op_, in, out, arithmetic, rig_->seed());
}

void Stand::require_right(const std::string& what) const {
    const Check check = judge(answer());
    require(check.passed, what + ": " + check.reason);
}

}  // namespace assay
